package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.volute.causal.ContextToken;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.record.Name;
import io.volute.record.Version;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Lists keys as one JSON object, streamed: a key a line, in the order of names.
 *
 * <p>A page is asked for only when the one before it has been taken by the client, so a listing
 * holds one page in memory however many keys there are.
 */
final class KeyListing implements Endpoint {
  private static final int MAX_LIMIT = 999_999_999;

  private final CommandGate gate;
  private final String defaultScope;

  /**
   * @param defaultScope {@code local} or {@code cluster}, where the request names none
   */
  KeyListing(CommandGate gate, String defaultScope) {
    this.gate = gate;
    this.defaultScope = defaultScope;
  }

  @Override
  public void handle(HttpServerExchange exchange, QueryParameters query)
      throws BadRequestException {
    byte[] prefix = query.bytes("prefix").orElse(new byte[0]);
    if (prefix.length > Name.MAX_BYTES) {
      throw new BadRequestException(
          "parameter 'prefix' has " + prefix.length + " bytes, at most " + Name.MAX_BYTES);
    }
    Optional<byte[]> afterBytes = query.bytes("after");
    Optional<Name> after =
        afterBytes.isPresent() && afterBytes.get().length > 0
            ? Optional.of(CommandReader.name(afterBytes.get(), "parameter 'after'"))
            : Optional.empty();
    int limit =
        query.number("limit", 1, MAX_LIMIT, "a number from 1 to " + MAX_LIMIT).orElse(MAX_LIMIT);
    boolean unlimited = !query.has("limit");
    boolean tombstones = query.flag("deleted");
    boolean system = query.flag("all");
    Command.Scope scope = scope(query);
    new Listing(exchange, prefix, tombstones, system, scope, unlimited ? Long.MAX_VALUE : limit)
        .askForPage(after);
  }

  private Command.Scope scope(QueryParameters query) throws BadRequestException {
    String scope = query.text("scope").orElse(defaultScope);
    return switch (scope) {
      case "local" -> Command.Scope.LOCAL;
      case "cluster" -> Command.Scope.CLUSTER;
      default -> throw QueryParameters.refuse("scope", scope, "local or cluster");
    };
  }

  private final class Listing {
    private final HttpServerExchange exchange;
    private final byte[] prefix;
    private final boolean tombstones;
    private final boolean system;
    private final Command.Scope scope;
    private final BodyWriter writer;
    private long remaining;
    private boolean begun;
    private boolean anyLine;

    Listing(
        HttpServerExchange exchange,
        byte[] prefix,
        boolean tombstones,
        boolean system,
        Command.Scope scope,
        long remaining) {
      this.exchange = exchange;
      this.prefix = prefix;
      this.tombstones = tombstones;
      this.system = system;
      this.scope = scope;
      this.remaining = remaining;
      writer = new BodyWriter(exchange);
    }

    void askForPage(Optional<Name> after) {
      int size = (int) Math.min(remaining, Command.ListKeys.MAX_PAGE);
      Command command = new Command.ListKeys(prefix, after, size, tombstones, system, scope);
      Submission.submit(gate, exchange, command, this::take);
    }

    private void take(Answer answer) {
      if (!(answer instanceof Answer.KeyPage page)) {
        // Refused in the middle: the status is sent, so only a cut answer can say it.
        Submission.abort(exchange);
        return;
      }
      StringBuilder text = new StringBuilder();
      if (!begun) {
        begun = true;
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        if (exchange.getRequestMethod().equals(Methods.HEAD)) {
          exchange.endExchange();
          return;
        }
        text.append('{');
      }
      for (Answer.KeyLine line : page.lines()) {
        appendLine(text, line);
      }
      remaining -= page.lines().size();
      boolean last = page.next().isEmpty() || remaining <= 0;
      if (last) {
        text.append("\n}\n");
      }
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      writer.write(List.of(bytes), last ? null : () -> goOn(page.next()));
    }

    /** By way of the thread's queue: pages that come at once must not pile up on the stack. */
    private void goOn(Optional<Name> after) {
      exchange.getIoThread().execute(() -> Submission.runStep(exchange, () -> askForPage(after)));
    }

    private void appendLine(StringBuilder text, Answer.KeyLine line) {
      text.append(anyLine ? ",\n" : "\n");
      anyLine = true;
      JsonText.appendString(text, line.name().toString());
      text.append(":\"");
      String separator = "";
      for (Version version : line.versions()) {
        text.append(separator)
            .append(version.sizeBytes())
            .append(':')
            .append(ContextToken.encode(version.context()));
        separator = " ";
      }
      text.append('"');
    }
  }
}
