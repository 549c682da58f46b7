package io.volute.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import io.volute.command.CommandGate;
import io.volute.listen.BytesInFlight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which endpoint answers which path and method.
 *
 * <p>Paths are compared as they were sent; only a key's name is ever decoded, and never taken
 * apart.
 */
final class Routes implements HttpHandler {
  private static final String KEYS_PREFIX = "/keys/";
  private static final List<String> WRITE = List.of("mirrors", "copies", "version", "ttl", "w");
  private static final List<String> COPY =
      List.of("path", "mirrors", "copies", "version", "ttl", "w");
  private static final List<String> READ = List.of("version", "r", "siblings");
  private static final String[] LIST = {"prefix", "after", "limit", "deleted", "all", "scope"};
  private static final List<String> DELETE = List.of("version", "w");

  private final Map<String, Route> commands = new LinkedHashMap<>();
  private final Route keys;

  Routes(HttpSettings settings, CommandGate gate, MetricsSource metrics, BytesInFlight inFlight) {
    BodyReader bodies = new BodyReader(settings, gate, inFlight);
    KeyEndpoints key = new KeyEndpoints(settings, gate, bodies, inFlight);
    NodeEndpoints node = new NodeEndpoints(gate, metrics, settings);
    Operation write = new Operation(WRITE, key::write);
    Operation read = new Operation(READ, key::read);
    Operation delete = new Operation(DELETE, key::delete);
    keys =
        new Route()
            .on(read, Methods.GET, Methods.HEAD)
            .on(write, Methods.PUT, Methods.POST)
            .on(delete, Methods.DELETE);
    read("/status", node::status);
    change("/write", write.named());
    commands.put("/read", new Route().on(read.named(), Methods.GET, Methods.HEAD));
    change("/delete", delete.named());
    change("/copy", new Operation(COPY, key::copy).named());
    read("/wait", new WaitEndpoint(gate), "name", "version", "timeout");
    change("/drop", new Operation(List.of("name"), node::drop));
    StoreEndpoints store = new StoreEndpoints(gate);
    commands.put(
        "/scrub",
        new Route()
            .on(new Operation(List.of(), store::scrub), Methods.GET, Methods.HEAD)
            .on(new Operation(List.of(), store::beginScrub), Methods.POST, Methods.PUT));
    change("/backup", new Operation(List.of("label"), store::backup));
    change("/repair", new Operation(List.of("prefix"), new RepairEndpoint(gate)));
    read("/watch", new WatchEndpoint(gate), "prefix", "since");
    read("/explain", node::explain, "name");
    read("/list-keys", new KeyListing(gate, "local"), LIST);
    read("/keys", new KeyListing(gate, "cluster"), LIST);
    read("/membership", node::membership);
    read("/ring", node::ring, "name");
    ClusterEndpoints cluster = new ClusterEndpoints(gate, bodies);
    change("/add-peer", new Operation(List.of("uid", "ip"), cluster::addPeer));
    change("/remove-peer", new Operation(List.of("uid", "ip"), cluster::removePeer));
    change("/cluster/join", new Operation(List.of(), cluster::join));
    change("/cluster/leave", new Operation(List.of(), cluster::leave));
    read("/metrics", node::metrics);
    read(StatusPage.PATH, new StatusPage());
  }

  /** Methods that only read. */
  static boolean isRead(HttpString method) {
    return method.equals(Methods.GET) || method.equals(Methods.HEAD);
  }

  private void read(String path, Endpoint endpoint, String... parameters) {
    Operation operation = new Operation(List.of(parameters), endpoint);
    commands.put(path, new Route().on(operation, Methods.GET, Methods.HEAD));
  }

  private void change(String path, Operation operation) {
    commands.put(path, new Route().on(operation, Methods.POST, Methods.PUT));
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    String path = path(exchange);
    boolean isKey = path.startsWith(KEYS_PREFIX);
    Route route = isKey ? keys : commands.get(path);
    if (route == null) {
      ErrorAnswer.send(
          exchange,
          StatusCodes.NOT_FOUND,
          "unknown path; the commands are "
              + String.join(", ", commands.keySet())
              + " and /keys/NAME");
      return;
    }
    Operation operation = route.operations.get(exchange.getRequestMethod().toString());
    if (operation == null) {
      exchange.getResponseHeaders().put(Headers.ALLOW, route.allow());
      ErrorAnswer.send(
          exchange,
          StatusCodes.METHOD_NOT_ALLOWED,
          exchange.getRequestMethod() + " is not allowed here, only " + route.allow());
      return;
    }
    String name = isKey ? path.substring(KEYS_PREFIX.length()) : null;
    // Everything from here on may outlast this call.
    exchange.dispatch(
        SameThreadExecutor.INSTANCE,
        () -> Submission.runStep(exchange, () -> answer(exchange, operation, name)));
  }

  private static void answer(HttpServerExchange exchange, Operation operation, String name) {
    try {
      TokenGuard.requireMethod(exchange);
      QueryParameters query =
          QueryParameters.parse(exchange.getQueryString(), operation.parameters());
      if (name != null) {
        query = query.withName(PercentCoding.decode(name, 0, name.length(), false, "the path"));
      }
      TokenGuard.requireNames(exchange, query, operation.parameters().contains("prefix"));
      operation.endpoint().handle(exchange, query);
    } catch (BadRequestException e) {
      ErrorAnswer.send(exchange, e.status(), e.getMessage());
    }
  }

  /** The path as sent, also of a request with a whole address in its first line. */
  static String path(HttpServerExchange exchange) {
    String uri = exchange.getRequestURI();
    if (exchange.isHostIncludedInRequestURI()) {
      int slash = uri.indexOf('/', uri.indexOf("//") + 2);
      return slash < 0 ? "/" : uri.substring(slash);
    }
    return uri;
  }

  /**
   * An endpoint and the parameters that it knows.
   *
   * @param parameters in the order in which an error names them
   */
  private record Operation(List<String> parameters, Endpoint endpoint) {
    /** The same with the key's name as a parameter. */
    Operation named() {
      List<String> all = new ArrayList<>(List.of("name"));
      all.addAll(parameters);
      return new Operation(List.copyOf(all), endpoint);
    }
  }

  private static final class Route {
    // By the method as it was sent: HttpString takes 'post' for POST, but methods have a case (RFC
    // 9110 §9.1), and what stands before a node may guard them by it.
    private final Map<String, Operation> operations = new LinkedHashMap<>();

    Route on(Operation operation, HttpString... methods) {
      for (HttpString method : methods) {
        operations.put(method.toString(), operation);
      }
      return this;
    }

    String allow() {
      return String.join(", ", operations.keySet());
    }
  }
}
