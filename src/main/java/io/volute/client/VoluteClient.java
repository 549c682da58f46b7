package io.volute.client;

import io.volute.client.Nodes.InDoubtException;
import io.volute.client.Nodes.Reading;
import io.volute.client.VoluteException.UnavailableException;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.RequestBody;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A client of a cluster: talks to one of several nodes, and to another when that one fails.
 *
 * <p>It carries contexts by itself. A write replaces what this client has seen of the key, so that
 * a concurrent write of somebody else stays beside it as a sibling; of a key that it has seen
 * nothing of, it replaces what the node sees. A read is never older than what this client has seen
 * or written (read your writes, monotonic reads). When a change says that siblings are beside it,
 * nobody here has seen those: until the key is read, further writes leave them, and their own
 * values, there.
 *
 * <p>What was seen is kept for a bounded number of keys, see {@link ClientSettings#rememberedKeys};
 * one client is one session, whatever threads share it.
 *
 * <p>Calls that got no answer are repeated at another node as long as that is safe: reads always;
 * changes when it is known that nothing was applied; deletes of a known version always, since to
 * delete it twice is to delete it once. A change of which nobody knows is {@link
 * Change.Outcome#UNKNOWN}, never an assumed success and never sent twice.
 *
 * <p>Any thread may use it. Each call ends at the deadline.
 */
public final class VoluteClient implements AutoCloseable {
  private final Nodes nodes;
  private final SeenVersions seen;
  private final Replies replies;

  private VoluteClient(ClientSettings settings) {
    nodes = new Nodes(settings);
    seen = new SeenVersions(settings.rememberedKeys());
    replies = new Replies(settings.maxValueBytes());
  }

  /** A client with those settings; connects when it is first used. */
  public static VoluteClient of(ClientSettings settings) {
    return new VoluteClient(settings);
  }

  /** A client of these nodes with defaults for all else. */
  public static VoluteClient of(String... addresses) {
    return of(ClientSettings.of(addresses));
  }

  /**
   * Reads a key; of several siblings the newest by the clock. Its count of siblings says so, and
   * the next write replaces all of them: look at {@link #siblings} before, where none may be lost.
   *
   * @return empty when it has no value
   * @throws UnavailableException when no node gave an answer that is new enough in time
   * @throws IOException otherwise as the message says; a {@link VoluteException} mostly
   */
  public Optional<Value> read(String name) throws IOException {
    return shown(name, false).values().stream().findFirst();
  }

  /** Reads all concurrent values of a key; none when it has no value. */
  public List<Value> siblings(String name) throws IOException {
    return shown(name, true).values();
  }

  private Replies.Shown shown(String name, boolean isAll) throws IOException {
    Supplier<HttpRequest> request =
        () ->
            HttpRequest.get("/read")
                .parameter("name", name)
                .parameter("version", seen.newest(name).orElse(null))
                .parameter("siblings", isAll ? "all" : null);
    Replies.Shown shown = askSafely(request, 0, replies::read);
    seen.wasRead(name, shown.version());
    return shown;
  }

  /** Writes a value that replaces what this client has seen of the key. */
  public Change write(String name, byte[] value) throws IOException {
    return write(name, value, ChangeOptions.DEFAULT);
  }

  /**
   * Writes a value.
   *
   * @throws VoluteException.RefusedException when the request itself is wrong
   */
  public Change write(String name, byte[] value, ChangeOptions options) throws IOException {
    Supplier<HttpRequest> request =
        () -> {
          HttpRequest made = HttpRequest.post("/write").parameter("name", name);
          options.addTo(made, seen.replaceable(name));
          return made.body(RequestBody.of(value));
        };
    return change(name, request, false);
  }

  /** Deletes what this client has seen of a key; of one that it has not, what the node sees. */
  public Change delete(String name) throws IOException {
    return delete(name, ChangeOptions.DEFAULT);
  }

  /** Deletes a key. */
  public Change delete(String name, ChangeOptions options) throws IOException {
    Optional<String> replaced = options.version().or(() -> seen.replaceable(name));
    boolean isOfVersion = !options.replacesAll() && replaced.isPresent();
    Supplier<HttpRequest> request =
        () -> {
          HttpRequest made = HttpRequest.post("/delete").parameter("name", name);
          options.addTo(made, replaced);
          return made;
        };
    return change(name, request, isOfVersion);
  }

  private Change change(String name, Supplier<HttpRequest> request, boolean mayRepeat)
      throws IOException {
    try {
      Change change = nodes.ask(request, mayRepeat, 0, Replies::change);
      if (change.isApplied()) {
        seen.wasChanged(name, change.version(), change.siblings());
      }
      return change;
    } catch (UnavailableException e) {
      return Change.notApplied(e.getMessage());
    } catch (InDoubtException e) {
      return Change.unknown(e.getMessage());
    }
  }

  /**
   * Waits until a key exists or, with a version, until it has moved on from that.
   *
   * @param timeout up to an hour; the node's own limit holds as well
   * @return the context of what is there then; empty when nothing new came in time
   */
  public Optional<String> await(String name, Optional<String> version, Duration timeout)
      throws IOException {
    Supplier<HttpRequest> request =
        () ->
            HttpRequest.get("/wait")
                .parameter("name", name)
                .parameter("version", version.orElse(null))
                .parameter("timeout", timeout.toMillis() + "ms");
    return askSafely(request, timeout.toNanos(), Replies::waited);
  }

  /**
   * Lists names of the cluster in their order.
   *
   * @param prefix what they begin with; empty for all
   * @param after only names after this one; empty for all. The last of one page begins the next
   * @param limit at most so many, 1 to 100 000
   */
  public List<String> keys(String prefix, String after, int limit) throws IOException {
    if (limit < 1 || limit > 100_000) {
      throw new IllegalArgumentException("limit " + limit + ": allowed is 1 to 100000");
    }
    Supplier<HttpRequest> request =
        () ->
            HttpRequest.get("/list-keys")
                .parameter("scope", "cluster")
                .parameter("prefix", prefix.isEmpty() ? null : prefix)
                .parameter("after", after.isEmpty() ? null : after)
                .parameter("limit", Integer.toString(limit));
    return askSafely(request, 0, Replies::names);
  }

  /** Forgets what was seen of a key: the next write of it replaces all that the node sees. */
  public void forget(String name) {
    seen.forget(name);
  }

  /** For what changes nothing, and may be repeated therefore. */
  private <T> T askSafely(Supplier<HttpRequest> request, long extraNanos, Reading<T> reading)
      throws IOException {
    try {
      return nodes.ask(request, true, extraNanos, reading);
    } catch (InDoubtException e) {
      throw new UnavailableException(e.getMessage());
    }
  }

  /** Closes the connections that are idle, and each other one when its call ends. */
  @Override
  public void close() throws IOException {
    nodes.close();
  }
}
