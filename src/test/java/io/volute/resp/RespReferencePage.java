package io.volute.resp;

import java.util.Collection;

/** The text of {@code docs/reference/resp.md}, made from the table of commands. */
final class RespReferencePage {
  private static final String HEAD =
      """
      # Redis protocol

      <!-- Made from the table in io.volute.resp; a test holds it equal. Don't edit by hand. -->

      `voluted --resp ADDR` serves the Redis protocol on a TCP address or a unix domain socket, \
      in its
      versions 2 and 3 (`HELLO`), from client libraries, `redis-cli` or lines typed by hand. Its \
      keys
      are those of HTTP. What is not on this page is not understood: another command is answered
      `ERR unknown command`, another option is an error and never ignored.

      ## Commands

      | command | does | other than in Redis |
      |---|---|---|
      """;

  private static final String TAIL =
      """

      ## What is promised

      - A reply of success to a change means what it means over HTTP: a quorum of the key's \
      owners has
        it durably.
      - Calls of one connection are carried out as if one after the other, however many are sent
        without waiting. Those that have no key in common run beside each other, up to %d of a
        connection; then it is not read from until some are answered. Changes of one and the \
      same key
        by one connection therefore gain little from pipelining.
      - There are no transactions: of calls with several keys some may be done when one fails, \
      and the
        error says how many.

      ## Errors

      | begins with | means |
      |---|---|
      | `TRYAGAIN` | nothing was changed; the node has too much to do, can't reach enough \
      owners, or others were always faster. The same call can be made again |
      | `ERR outcome unknown` | the change was not confirmed in time and may still surface |
      | `ERR not applied` | nothing was changed, and the same call won't do better |
      | `ERR Protocol error` | the connection is closed: the bytes were no request, or passed a \
      limit |
      | `NOAUTH`, `WRONGPASS`, `NOPROTO` | as in Redis |
      | `NOPERM` | the token allows reading only, or other keys only, as the error says |
      | `ERR` | the call is wrong, as in Redis |

      ## Limits

      - Names are 1 to 1024 bytes of UTF-8; an argument or a value has at most `max-value` bytes,
        64 MiB or an eighth of the heap (larger values can be read over HTTP); a call at most %d
        arguments; a line typed by hand %d bytes.
      - Arguments and values under way take at most a quarter of the heap together. A call that \
      would
        pass it ends its connection with an error, a reply that would pass it is `TRYAGAIN`.
      - A connection may be idle for as long as it likes; in the middle of a call or of its \
      replies it
        is closed after a minute without a byte.
      - When the node stops, calls under way may go on for 2.75 s; then what is known of them is
        said. Calls that have not begun, and those that come in the first quarter of a second, are
        `TRYAGAIN`; then the connection is closed.
      - A connection whose first words are those of HTTP is closed without a reply: a web page can
        make a browser send them.
      - Without `token-file` only loopback addresses and unix domain sockets are served, unless
        `insecure` is set.
      """;

  private RespReferencePage() {}

  static String text(Collection<CommandSpec> specs) {
    StringBuilder page = new StringBuilder(HEAD);
    for (CommandSpec spec : specs) {
      String usage = (spec.name() + " " + spec.usage()).strip().replace("|", "\\|");
      page.append("| `").append(usage).append("` | ").append(spec.summary()).append(" | ");
      page.append(spec.difference().isEmpty() ? "–" : spec.difference()).append(" |\n");
    }
    return page.append(
            TAIL.formatted(
                Pipeline.MAX_CALLS, RequestParser.MAX_ARGUMENTS, RequestParser.MAX_INLINE_BYTES))
        .toString();
  }
}
