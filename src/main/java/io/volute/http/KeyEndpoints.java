package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import io.volute.causal.CausalContext;
import io.volute.causal.ContextToken;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.command.Condition;
import io.volute.listen.BytesInFlight;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Reading, writing and deleting one key. */
final class KeyEndpoints {
  private static final int READ_ATTEMPTS = 3;
  private static final int MAX_COPYING = 16;
  private static final String DEFAULT_CONTENT_TYPE = "application/octet-stream";

  private final CommandGate gate;
  private final BodyReader bodies;
  private final ValueAnswer values;
  private final CopyRoot copyRoot;
  private final FileUpload files;
  private final AtomicInteger copying = new AtomicInteger();

  KeyEndpoints(HttpSettings settings, CommandGate gate, BodyReader bodies, BytesInFlight inFlight) {
    this.gate = gate;
    this.bodies = bodies;
    this.values = new ValueAnswer(gate, inFlight);
    this.copyRoot = new CopyRoot(settings.access().copyRoot());
    this.files = new FileUpload(gate, settings.maxValueBytes());
  }

  void write(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    // All of it is looked at before the body is: a mistake needn't cost an upload.
    Function<Value, Command.Change> change = changeTo(exchange, query);
    Name name = CommandReader.name(query);
    bodies.read(exchange, name, value -> submitChange(exchange, change.apply(value)));
  }

  /** Takes the value from a file of this machine. */
  void copy(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    Function<Value, Command.Change> change = changeTo(exchange, query);
    Name name = CommandReader.name(query);
    String path =
        query
            .text("path")
            .orElseThrow(() -> new BadRequestException("parameter 'path' is missing: a file"));
    Path file = copyRoot.resolve(path);
    if (copying.incrementAndGet() > MAX_COPYING) {
      copying.decrementAndGet();
      ErrorAnswer.sendRetryLater(
          exchange,
          StatusCodes.SERVICE_UNAVAILABLE,
          MAX_COPYING + " files are being copied already, which is the limit");
      return;
    }
    // A file is read with blocking calls, which the I/O thread must not make.
    exchange
        .getConnection()
        .getWorker()
        .execute(
            () -> {
              Optional<Value> value = Optional.empty();
              Optional<Answer.Refused> refused = Optional.empty();
              try {
                value = Optional.of(files.read(name, file));
              } catch (FileUpload.FileUploadException e) {
                refused = Optional.of(e.refused());
              } finally {
                copying.decrementAndGet();
              }
              Optional<Value> read = value;
              Optional<Answer.Refused> refusal = refused;
              Submission.comeBack(
                  exchange,
                  () -> {
                    refusal.ifPresent(answer -> Refusals.send(exchange, answer));
                    read.ifPresent(one -> submitChange(exchange, change.apply(one)));
                  });
            });
  }

  private static Function<Value, Command.Change> changeTo(
      HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    Name name = CommandReader.writableName(CommandReader.name(query));
    if (exchange.getRequestHeaders().contains(Headers.CONTENT_RANGE)) {
      // RFC 9110 §14.5: whoever sends a part must not have it taken for the whole.
      throw new BadRequestException(
          "Content-Range: a part can't be written, allowed is a whole value");
    }
    String contentType = contentType(exchange);
    Optional<Mirrors> mirrors = CommandReader.mirrors(query);
    Optional<CausalContext> version = CommandReader.version(query);
    long timeToLiveMillis = CommandReader.timeToLiveMillis(query);
    AckLevel level = CommandReader.level(query, "w");
    Condition condition = EntityTags.ofChange(exchange);
    return value ->
        new Command.Write(
            name, value, contentType, mirrors, version, timeToLiveMillis, level, condition);
  }

  void delete(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    submitChange(
        exchange,
        new Command.Delete(
            CommandReader.writableName(CommandReader.name(query)),
            CommandReader.version(query),
            CommandReader.level(query, "w"),
            EntityTags.ofChange(exchange)));
  }

  void read(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    boolean all = wantsAllSiblings(query);
    boolean head = exchange.getRequestMethod().equals(Methods.HEAD);
    Command.Values wanted =
        head ? Command.Values.NONE : all ? Command.Values.ALL : Command.Values.NEWEST;
    Command command =
        new Command.Read(
            CommandReader.name(query),
            CommandReader.version(query),
            CommandReader.level(query, "r"),
            wanted);
    read(exchange, command, all, READ_ATTEMPTS);
  }

  /** A large value may be replaced before its first byte is read; then there is a newer one. */
  private void read(HttpServerExchange exchange, Command command, boolean all, int attemptsLeft) {
    Runnable again =
        attemptsLeft == 1 ? null : () -> read(exchange, command, all, attemptsLeft - 1);
    Submission.submit(gate, exchange, command, answer -> values.send(exchange, answer, all, again));
  }

  private void submitChange(HttpServerExchange exchange, Command.Change command) {
    Submission.submit(
        gate,
        exchange,
        command,
        answer -> {
          Answer.Written written = (Answer.Written) answer;
          putHeaders(
              exchange.getResponseHeaders(),
              ContextToken.encode(written.version()),
              written.siblings(),
              written.acks(),
              written.owners());
          exchange.endExchange();
        });
  }

  /** What every answer about a key says of it. */
  static void putHeaders(HeaderMap headers, String token, int siblings, int acks, int owners) {
    headers.put(VoluteHeaders.VERSION, token);
    headers.put(Headers.ETAG, EntityTags.of(token));
    headers.put(VoluteHeaders.SIBLINGS, Integer.toString(siblings));
    headers.put(VoluteHeaders.ACKS, acks + "/" + owners);
  }

  private static boolean wantsAllSiblings(QueryParameters query) throws BadRequestException {
    Optional<String> siblings = query.text("siblings");
    if (siblings.isEmpty() || siblings.get().equals("newest")) {
      return false;
    }
    if (siblings.get().equals("all")) {
      return true;
    }
    throw QueryParameters.refuse("siblings", siblings.get(), "newest or all");
  }

  private static String contentType(HttpServerExchange exchange) throws BadRequestException {
    String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
    if (type == null || type.isBlank()) {
      return DEFAULT_CONTENT_TYPE;
    }
    boolean printable = type.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    if (type.length() > Version.MAX_CONTENT_TYPE_LENGTH || !printable) {
      throw new BadRequestException(
          "the Content-Type must have at most "
              + Version.MAX_CONTENT_TYPE_LENGTH
              + " printable ASCII characters");
    }
    return type;
  }
}
