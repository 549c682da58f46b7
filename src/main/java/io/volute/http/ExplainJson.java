package io.volute.http;

import io.volute.causal.ContextToken;
import io.volute.command.Answer;
import io.volute.record.Version;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The JSON of {@code /explain}. */
final class ExplainJson {
  private ExplainJson() {}

  static String of(Answer.Explained explained) {
    StringBuilder json = new StringBuilder(512).append('{');
    JsonText.appendField(json, "name", explained.name().toString()).append(',');
    name(json, "mirrors");
    json.append(explained.mirrors().count()).append(',');
    name(json, "copies").append('[');
    String separator = "";
    for (Answer.CopyLine copy : explained.copies()) {
      json.append(separator);
      append(json, copy);
      separator = ",";
    }
    return json.append("]}").toString();
  }

  private static void append(StringBuilder json, Answer.CopyLine copy) {
    json.append('{');
    JsonText.appendField(json, "uid", copy.node().text()).append(',');
    name(json, "owner").append(copy.owner()).append(',');
    String state = copy.state().name().toLowerCase(Locale.ROOT);
    JsonText.appendField(json, "state", state).append(',');
    name(json, "hint").append(copy.owed()).append(',');
    name(json, "lastSyncMillisAgo");
    OptionalLong since = copy.sinceSyncMillis();
    json.append(since.isPresent() ? Long.toString(since.getAsLong()) : "null").append(',');
    name(json, "inSyncMillisAgo");
    OptionalLong inSync = copy.inSyncMillis();
    json.append(inSync.isPresent() ? Long.toString(inSync.getAsLong()) : "null").append(',');
    name(json, "versions");
    append(json, copy.versions());
    json.append('}');
  }

  /** Null for a member that did not answer. */
  private static void append(StringBuilder json, Optional<List<Version>> versions) {
    if (versions.isEmpty()) {
      json.append("null");
      return;
    }
    json.append('[');
    String separator = "";
    for (Version version : versions.get()) {
      json.append(separator).append('{');
      JsonText.appendField(json, "version", ContextToken.encode(version.context())).append(',');
      JsonText.appendField(json, "by", version.dot().toString()).append(',');
      name(json, "size").append(version.sizeBytes()).append(',');
      name(json, "deleted").append(version.isTombstone()).append(',');
      name(json, "writtenAtMillis");
      json.append(version.writtenAtMillis()).append(',');
      name(json, "expiresAtMillis");
      json.append(version.expiresAtMillis() == Version.NEVER ? "null" : version.expiresAtMillis());
      json.append('}');
      separator = ",";
    }
    json.append(']');
  }

  private static StringBuilder name(StringBuilder json, String name) {
    JsonText.appendString(json, name);
    return json.append(':');
  }
}
