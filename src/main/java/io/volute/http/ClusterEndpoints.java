package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.record.Name;
import io.volute.settings.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who belongs to the cluster, as operators change it. */
final class ClusterEndpoints {
  private static final int MAX_BODY_BYTES = 16 << 10;
  private static final int MAX_PEERS = 64;

  /** All that {@code /cluster/join} takes; addresses need no escapes. */
  private static final Pattern PEERS =
      Pattern.compile(
          "\\s*\\{\\s*\"peers\"\\s*:\\s*\\[\\s*"
              + "(\"[^\"\\\\]*\"(?:\\s*,\\s*\"[^\"\\\\]*\")*)\\s*]\\s*}\\s*");

  private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");
  private static final Name BODY_NAME = Name.of("cluster/join");

  private final CommandGate gate;
  private final BodyReader bodies;

  ClusterEndpoints(CommandGate gate, BodyReader bodies) {
    this.gate = gate;
    this.bodies = bodies;
  }

  /** Joins the cluster of a member; {@code uid} says who it must be. */
  void addPeer(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    TokenGuard.requireUnlimited(exchange);
    Optional<NodeId> expected =
        query.has("uid") ? Optional.of(uid(required(query, "uid"))) : Optional.empty();
    submit(exchange, new Command.Join(List.of(address(required(query, "ip"), "ip")), expected));
  }

  /** Takes a member out that never returns; {@code ip} is not needed. */
  void removePeer(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    TokenGuard.requireUnlimited(exchange);
    if (query.has("ip")) {
      address(required(query, "ip"), "ip");
    }
    submit(exchange, new Command.RemoveMember(uid(required(query, "uid"))));
  }

  /** Joins the cluster of any of the peers in the body. */
  void join(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    TokenGuard.requireUnlimited(exchange);
    long length = exchange.getRequestContentLength();
    if (length < 0 && !exchange.isRequestComplete()) {
      throw new BadRequestException(
          StatusCodes.LENGTH_REQUIRED, "the body needs a Content-Length, allowed is " + form());
    }
    if (length > MAX_BODY_BYTES) {
      throw new BadRequestException(
          StatusCodes.REQUEST_ENTITY_TOO_LARGE,
          "the body has " + length + " bytes, at most " + MAX_BODY_BYTES + " bytes are allowed");
    }
    bodies.read(
        exchange,
        BODY_NAME,
        body -> {
          try {
            submit(exchange, new Command.Join(peers(body.bytes()), Optional.empty()));
          } catch (BadRequestException e) {
            ErrorAnswer.send(exchange, e.status(), e.getMessage());
          }
        });
  }

  private static String form() {
    return "{\"peers\":[\"HOST:PORT\"]} with 1 to " + MAX_PEERS + " of them";
  }

  private static List<HostPort> peers(byte[] body) throws BadRequestException {
    Matcher all = PEERS.matcher(new String(body, StandardCharsets.UTF_8));
    if (!all.matches()) {
      throw new BadRequestException("the body is malformed, allowed is " + form());
    }
    List<HostPort> peers = new ArrayList<>();
    Matcher each = TEXT.matcher(all.group(1));
    while (each.find()) {
      peers.add(address(each.group(1), "peers"));
    }
    if (peers.size() > MAX_PEERS) {
      throw new BadRequestException(peers.size() + " peers are too many, allowed is " + form());
    }
    return List.copyOf(peers);
  }

  /** Hands this node's keys over, and answers once that is done. */
  void leave(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    TokenGuard.requireUnlimited(exchange);
    submit(exchange, new Command.Leave());
  }

  private void submit(HttpServerExchange exchange, Command command) {
    Submission.submit(
        gate,
        exchange,
        command,
        answer -> {
          assert answer instanceof Answer.Done : answer;
          HeaderMap headers = exchange.getResponseHeaders();
          headers.put(Headers.CONTENT_LENGTH, "0");
          exchange.setStatusCode(StatusCodes.OK).endExchange();
        });
  }

  private static String required(QueryParameters query, String key) throws BadRequestException {
    return query
        .text(key)
        .orElseThrow(
            () ->
                new BadRequestException(
                    "parameter '" + key + "' is missing: allowed are uid=UID and ip=HOST:PORT"));
  }

  private static NodeId uid(String text) throws BadRequestException {
    if (!NodeId.isValid(text)) {
      throw new BadRequestException(
          "parameter 'uid' is " + Quoted.text(text) + ", allowed is " + NodeId.RULE);
    }
    return new NodeId(text);
  }

  static HostPort address(String text, String what) throws BadRequestException {
    return HostPort.parse(text)
        .orElseThrow(
            () ->
                new BadRequestException(
                    "'" + what + "' is " + Quoted.text(text) + ", allowed is " + HostPort.RULE));
  }
}
