package io.volute.http;

import io.volute.settings.FsyncPolicy;
import io.volute.settings.Settings;

/**
 * Those of a node's flags that change what its cluster promises: {@code /status} tells them, so
 * that members can be held against each other.
 *
 * @param mirrors for writes that name none; 0 for every member
 * @param fsync as the flag has it
 * @param store by its name
 */
public record ToldFlags(
    int mirrors,
    boolean isClone,
    String fsync,
    String store,
    boolean hasPlainDatagrams,
    boolean isInsecure,
    String role) {
  /** Those that a node was started with. */
  public static ToldFlags of(Settings settings) {
    return new ToldFlags(
        settings.mirrors().count(),
        settings.cloneEveryKey(),
        text(settings.fsync()),
        settings.store(),
        settings.plainDatagrams(),
        settings.insecure(),
        settings.role().text());
  }

  private static String text(FsyncPolicy policy) {
    if (policy instanceof FsyncPolicy.Within within) {
      return within.millis() + "ms";
    }
    return policy instanceof FsyncPolicy.Never ? "never" : "always";
  }

  void appendTo(StringBuilder json) {
    json.append('{');
    JsonText.appendField(json, "mirrors", mirrors).append(',');
    json.append("\"clone\":").append(isClone).append(',');
    JsonText.appendField(json, "fsync", fsync).append(',');
    JsonText.appendField(json, "store", store).append(',');
    json.append("\"udp\":").append(hasPlainDatagrams).append(',');
    json.append("\"insecure\":").append(isInsecure).append(',');
    JsonText.appendField(json, "role", role).append('}');
  }
}
