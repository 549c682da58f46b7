package io.volute.cli;

import io.volute.cli.text.Shown;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpResponse;
import io.volute.client.link.Access;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** One run of the client: its streams, and the node that it talks to. */
final class Session {
  private static final int COPY_BYTES = 32 * 1024;

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private Access access;

  Session(InputStream in, PrintStream out, PrintStream err) {
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Fixes whom to talk to, once the options are read. */
  void settle(Access newAccess) {
    this.access = newAccess;
  }

  /** Whom to talk to, and how. */
  Access access() {
    return access;
  }

  /** How long the node may be silent. */
  Duration patience() {
    return access.silence();
  }

  HttpClient client() {
    return new HttpClient(access);
  }

  InputStream in() {
    return in;
  }

  PrintStream out() {
    return out;
  }

  /** Writes a line of UTF-8, whatever the locale says: names are UTF-8. */
  void print(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
  }

  /** Says on standard error, in one line, what went wrong or what should be known. */
  void complain(String message) {
    byte[] bytes = ("volute: " + message + "\n").getBytes(StandardCharsets.UTF_8);
    err.write(bytes, 0, bytes.length);
    err.flush();
  }

  /** Passes bytes on as they are; returns the last of them, or -1 when there are none. */
  int copy(InputStream from) throws IOException, CommandFailure {
    byte[] bytes = new byte[COPY_BYTES];
    int last = -1;
    for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
      if (count > 0) {
        out.write(bytes, 0, count);
        last = bytes[count - 1];
        requireOutput();
      }
    }
    return last;
  }

  /** Passes JSON on as it is, and ends its last line. */
  void copyJson(InputStream from) throws IOException, CommandFailure {
    if (copy(from) != '\n') {
      print("");
    }
  }

  /** Passes lines on, without what would steer a terminal. */
  void copyText(InputStream from) throws IOException, CommandFailure {
    Reader reader = new InputStreamReader(from, StandardCharsets.UTF_8);
    char[] chars = new char[COPY_BYTES];
    char last = '\n';
    for (int count = reader.read(chars); count >= 0; count = reader.read(chars)) {
      byte[] bytes = Shown.printable(new String(chars, 0, count)).getBytes(StandardCharsets.UTF_8);
      out.write(bytes, 0, bytes.length);
      last = count > 0 ? chars[count - 1] : last;
      requireOutput();
    }
    if (last != '\n') {
      print("");
    }
  }

  /** Passes a listing on, as text for people or JSON for programs. */
  void copyListing(HttpResponse answer, boolean isJson) throws IOException, CommandFailure {
    if (isJson) {
      copyJson(answer.body());
    } else {
      copyText(answer.body());
    }
  }

  /** A closed pipe shows in no exception: a PrintStream keeps it to itself. */
  void requireOutput() throws CommandFailure {
    if (out.checkError()) {
      throw new CommandFailure(ExitCode.FAILED, "cannot write to standard output");
    }
  }

  /** Whether what is printed is seen by a person at once. */
  boolean isOnTerminal() {
    return out == System.out && isTerminal(1);
  }

  /** A meter of long work; mute unless standard error is a terminal. */
  Progress progress(long total, boolean writesOutput) {
    boolean isShown =
        err == System.err && isTerminal(2) && !(writesOutput && out == System.out && isTerminal(1));
    return new Progress(isShown ? err : null, total);
  }

  /** Long work that gives something. */
  interface Work<T> {
    T run() throws IOException, CommandFailure;
  }

  /** Does long work, and says on a terminal what is waited for meanwhile. */
  <T> T whileShown(Supplier<String> text, Work<T> work) throws IOException, CommandFailure {
    Waiting waiting = Waiting.on(err == System.err && isTerminal(2) ? err : null, text);
    try {
      return work.run();
    } finally {
      waiting.end();
    }
  }

  /** Java can tell it only of standard input and output together; the system's own view can. */
  private static boolean isTerminal(int descriptor) {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
