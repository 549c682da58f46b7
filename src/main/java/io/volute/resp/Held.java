package io.volute.resp;

/** What a reply holds in memory until it is sent. */
final class Held {
  private static final int ITEM_BYTES = 32;

  private Held() {}

  static long bytes(Reply reply) {
    if (reply instanceof Reply.Bulk bulk) {
      return ITEM_BYTES + (long) bulk.bytes().length;
    }
    if (reply instanceof Reply.Array array) {
      return ITEM_BYTES + array.items().stream().mapToLong(Held::bytes).sum();
    }
    if (reply instanceof Reply.Pairs pairs) {
      return ITEM_BYTES + pairs.entries().values().stream().mapToLong(Held::bytes).sum();
    }
    return 0;
  }
}
