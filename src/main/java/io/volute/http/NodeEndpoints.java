package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import io.volute.causal.ContextToken;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.identity.NodeId;
import io.volute.record.Name;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The node itself, its members and its ring, as text or as JSON. */
final class NodeEndpoints {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final CommandGate gate;
  private final MetricsSource metrics;
  private final String programVersion;
  private final Optional<ToldFlags> flags;

  NodeEndpoints(CommandGate gate, MetricsSource metrics, HttpSettings settings) {
    this.gate = gate;
    this.metrics = metrics;
    this.programVersion = settings.programVersion();
    this.flags = settings.flags();
  }

  void status(HttpServerExchange exchange, QueryParameters query) {
    Submission.submit(
        gate,
        exchange,
        new Command.DescribeStatus(),
        answer -> {
          Answer.Status status = (Answer.Status) answer;
          send(exchange, word(status.phase()), statusJson(status));
        });
  }

  void metrics(HttpServerExchange exchange, QueryParameters query) {
    metrics.scrape(
        text ->
            Submission.comeBack(
                exchange,
                () -> {
                  exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, METRICS_TYPE);
                  exchange.getResponseSender().send(ByteBuffer.wrap(text));
                }));
  }

  void membership(HttpServerExchange exchange, QueryParameters query) {
    Submission.submit(
        gate,
        exchange,
        new Command.DescribeMembership(),
        answer -> {
          List<Answer.MemberLine> members = ((Answer.Membership) answer).members();
          send(exchange, membershipText(members), membershipJson(members));
        });
  }

  void ring(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    Optional<Name> name =
        query.has("name") ? Optional.of(CommandReader.name(query)) : Optional.empty();
    Submission.submit(
        gate,
        exchange,
        new Command.DescribeRing(name),
        answer -> {
          Answer.Ring ring = (Answer.Ring) answer;
          send(exchange, ringText(ring), ringJson(ring));
        });
  }

  /** Where the versions of a key are; always JSON. */
  void explain(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    Submission.submit(
        gate,
        exchange,
        new Command.Explain(CommandReader.name(query)),
        answer -> {
          Answer.Explained explained = (Answer.Explained) answer;
          if (!explained.version().isEmpty()) {
            exchange
                .getResponseHeaders()
                .put(VoluteHeaders.VERSION, ContextToken.encode(explained.version()));
          }
          exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
          byte[] body = (ExplainJson.of(explained) + "\n").getBytes(StandardCharsets.UTF_8);
          exchange.getResponseSender().send(ByteBuffer.wrap(body));
        });
  }

  /** Gives up this member's copy of a key that is not its own. */
  void drop(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    Name name = CommandReader.writableName(CommandReader.name(query));
    Submission.submit(
        gate,
        exchange,
        new Command.Drop(name),
        answer -> {
          if (answer instanceof Answer.NotFound) {
            ErrorAnswer.send(
                exchange, StatusCodes.NOT_FOUND, "this member holds no copy of the key");
          } else {
            exchange.getResponseHeaders().put(Headers.CONTENT_LENGTH, "0");
            exchange.setStatusCode(StatusCodes.OK).endExchange();
          }
        });
  }

  private static void send(HttpServerExchange exchange, String text, String json) {
    boolean asJson = Accepts.json(exchange);
    String type = asJson ? "application/json" : "text/plain; charset=utf-8";
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
    byte[] body = (asJson ? json + "\n" : text).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseSender().send(ByteBuffer.wrap(body));
  }

  private String statusJson(Answer.Status status) {
    StringBuilder json = new StringBuilder(256).append('{');
    JsonText.appendField(json, "uid", status.node().text()).append(',');
    JsonText.appendField(json, "state", word(status.phase())).append(',');
    JsonText.appendField(json, "version", programVersion).append(',');
    JsonText.appendField(json, "uptime", status.uptimeMillis() / 1000).append(',');
    JsonText.appendField(json, "incarnation", status.incarnation()).append(',');
    JsonText.appendField(json, "members", status.members()).append(',');
    JsonText.appendField(json, "membersAlive", status.membersAlive()).append(',');
    JsonText.appendField(json, "keys", status.keys()).append(',');
    JsonText.appendField(json, "bytes", status.valueBytes()).append(',');
    JsonText.appendField(json, "hints", status.hints()).append(',');
    JsonText.appendField(json, "syncsUnderWay", status.sweepsUnderWay()).append(",");
    JsonText.appendString(json, "inSyncMillisAgo");
    json.append(':');
    json.append(
        status.inSyncMillis().isPresent() ? "" + status.inSyncMillis().getAsLong() : "null");
    json.append(",\"moving\":{\"underWay\":").append(status.moving().underWay()).append(',');
    JsonText.appendField(json, "percent", status.moving().percent()).append(',');
    JsonText.appendField(json, "keysUnconfirmed", status.moving().keysUnconfirmed());
    json.append("},\"reapingWaitsFor\":[");
    String separator = "";
    for (NodeId away : status.reapingWaitsFor()) {
      JsonText.appendString(json.append(separator), away.text());
      separator = ",";
    }
    json.append(']');
    if (flags.isPresent()) {
      json.append(",\"flags\":");
      flags.get().appendTo(json);
    }
    return json.append('}').toString();
  }

  private static String membershipText(List<Answer.MemberLine> members) {
    StringBuilder text = new StringBuilder();
    for (Answer.MemberLine member : members) {
      text.append(member.node().text())
          .append(' ')
          .append(member.address())
          .append(' ')
          .append(word(member.state()))
          .append('\n');
    }
    return text.toString();
  }

  private static String membershipJson(List<Answer.MemberLine> members) {
    StringBuilder json = new StringBuilder("{\"members\":[");
    String separator = "";
    for (Answer.MemberLine member : members) {
      json.append(separator).append('{');
      JsonText.appendField(json, "uid", member.node().text()).append(',');
      JsonText.appendField(json, "address", member.address().toString()).append(',');
      JsonText.appendField(json, "state", word(member.state())).append(',');
      appendZone(json, member.zone());
      JsonText.appendField(json, "weight", member.weight()).append(',');
      JsonText.appendField(json, "incarnation", member.incarnation()).append(',');
      JsonText.appendField(json, "role", member.role().text()).append('}');
      separator = ",";
    }
    return json.append("]}").toString();
  }

  private static String ringText(Answer.Ring ring) {
    StringBuilder text = new StringBuilder();
    for (Answer.RingLine line : ring.lines()) {
      text.append(line.node().text());
      if (ring.ofName().isEmpty()) {
        text.append(' ').append(share(line.share()));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String ringJson(Answer.Ring ring) {
    StringBuilder json = new StringBuilder("{");
    if (ring.ofName().isPresent()) {
      JsonText.appendField(json, "name", ring.ofName().get().toString()).append(',');
    }
    json.append(ring.ofName().isPresent() ? "\"owners\":[" : "\"members\":[");
    String separator = "";
    for (Answer.RingLine line : ring.lines()) {
      json.append(separator).append('{');
      JsonText.appendField(json, "uid", line.node().text()).append(',');
      json.append("\"share\":").append(share(line.share())).append(',');
      appendZone(json, line.zone());
      JsonText.appendField(json, "weight", line.weight()).append('}');
      separator = ",";
    }
    return json.append("]}").toString();
  }

  private static void appendZone(StringBuilder json, Optional<String> zone) {
    if (zone.isPresent()) {
      JsonText.appendField(json, "zone", zone.get()).append(',');
    } else {
      json.append("\"zone\":null,");
    }
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.4f", share);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
