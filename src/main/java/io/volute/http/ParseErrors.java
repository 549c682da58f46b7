package io.volute.http;

import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.xnio.StreamConnection;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Gives a reason to clients whose request Undertow can't parse.
 *
 * <p>Undertow then writes a fixed answer without a body, before any handler has seen the request.
 * This recognises that answer on its way out and looks at the bytes that were read last for what is
 * wrong with them.
 */
final class ParseErrors {
  /** Never sent by anything else: our own answers have a Date, and errors have a body. */
  private static final byte[] FIXED_ANSWER =
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  /** Of the answers that the platform gives to a bad Host; it has no body either. */
  private static final byte[] REFUSED = "HTTP/1.1 400 ".getBytes(StandardCharsets.US_ASCII);

  private static final String OWN_REASON = StatusCodes.getReason(StatusCodes.BAD_REQUEST);
  private static final int MAX_REASON_LENGTH = 64;
  private static final String LINE_END = "\r\n";
  private static final String END_OF_HEAD = LINE_END + LINE_END;

  private final int maxHeadBytes;
  // The platform's buffer, with what was read into it last.
  private ByteBuffer lastRead;
  private int lastStart;
  private int lastEnd;
  private long readSinceLastAnswer;

  private ParseErrors(int maxHeadBytes) {
    this.maxHeadBytes = maxHeadBytes;
  }

  /** Watches a new connection. */
  static void explain(StreamConnection connection, int maxHeadBytes) {
    ParseErrors errors = new ParseErrors(maxHeadBytes);
    connection
        .getSourceChannel()
        .setConduit(errors.new Source(connection.getSourceChannel().getConduit()));
    connection
        .getSinkChannel()
        .setConduit(errors.new Sink(connection.getSinkChannel().getConduit()));
    StrictConduit.watch(connection);
  }

  private byte[] answer() {
    int status = StatusCodes.BAD_REQUEST;
    String reason;
    if (readSinceLastAnswer >= maxHeadBytes) {
      status = StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE;
      reason =
          "the request's head is too long, at most "
              + HttpSettings.MAX_HEAD_BYTES
              + " bytes are allowed";
    } else {
      String problem = HeadProblems.of(linesOfFailure());
      reason = problem.isEmpty() ? problemOf(lineOfFailure()) : problem;
    }
    return answer(status, reason);
  }

  /** An answer as it goes over the wire, after which the connection ends. */
  static byte[] answer(int status, String reason) {
    byte[] body = (reason + "\n").getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + status
            + " "
            + StatusCodes.getReason(status)
            + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
            + body.length
            + "\r\nConnection: close\r\n\r\n";
    ByteBuffer answer = ByteBuffer.allocate(head.length() + body.length);
    return answer.put(head.getBytes(StandardCharsets.US_ASCII)).put(body).array();
  }

  /** The lines of the last head as far as the parser came, the one that it is in as a whole. */
  private List<String> linesOfFailure() {
    if (lastRead == null) {
      return List.of();
    }
    // Of what was read, only a part may have been passed on.
    int shownEnd = Math.max(lastStart, Math.min(lastEnd, lastRead.limit()));
    byte[] bytes = new byte[shownEnd - lastStart];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = lastRead.get(lastStart + i);
    }
    String read = new String(bytes, StandardCharsets.ISO_8859_1);
    int reached = Math.min(Math.max(0, lastRead.position() - lastStart), read.length());
    boolean whole = read.startsWith(END_OF_HEAD, reached - END_OF_HEAD.length());
    int end = whole ? reached - END_OF_HEAD.length() : read.indexOf(LINE_END, reached);
    String seen = read.substring(0, end < 0 ? read.length() : end);
    // A request before it on the same connection ended in an empty line, or in its body.
    return List.of(seen.substring(seen.lastIndexOf(END_OF_HEAD) + 1).strip().split(LINE_END));
  }

  /** The parser's position is in the line that it didn't like, or just behind it. */
  private String lineOfFailure() {
    if (lastRead == null) {
      return "";
    }
    // Of what was read, only a part may have been passed on.
    int shownEnd = Math.min(lastEnd, lastRead.limit());
    int end = Math.min(Math.max(lastRead.position(), lastStart), shownEnd);
    int start = Math.max(lastStart, end - 1);
    while (start > lastStart && lastRead.get(start - 1) != '\n') {
      start--;
    }
    while (end < shownEnd && lastRead.get(end) != '\r' && lastRead.get(end) != '\n') {
      end++;
    }
    byte[] line = new byte[Math.max(0, end - start)];
    for (int i = 0; i < line.length; i++) {
      line[i] = lastRead.get(start + i);
    }
    return new String(line, StandardCharsets.ISO_8859_1);
  }

  private static String problemOf(String line) {
    String[] words = line.split(" ");
    String target = words.length < 2 ? "" : words[1];
    try {
      int query = target.indexOf('?');
      if (query >= 0) {
        QueryParameters.checkCoding(target.substring(query + 1));
      }
      int pathEnd = query >= 0 ? query : target.length();
      PercentCoding.decode(target, 0, pathEnd, false, "the path");
    } catch (BadRequestException e) {
      return ErrorAnswer.oneLine(e.getMessage());
    }
    return "the request is not valid HTTP/1.1: each line ends in CR LF, addresses are"
        + " percent-encoded, and there is one Host";
  }

  private final class Source extends AbstractStreamSourceConduit<StreamSourceConduit> {
    Source(StreamSourceConduit next) {
      super(next);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int start = target.position();
      int count = super.read(target);
      // Heads are read into the platform's direct buffers. Our own readers of bodies bring arrays,
      // which must not be held on to.
      if (count > 0 && target.isDirect()) {
        lastRead = target;
        lastStart = start;
        lastEnd = start + count;
        readSinceLastAnswer += count;
      }
      return count;
    }
  }

  private final class Sink extends AbstractStreamSinkConduit<StreamSinkConduit> {
    Sink(StreamSinkConduit next) {
      super(next);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      if (source.remaining() == FIXED_ANSWER.length && isFixedAnswer(source)) {
        int length = source.remaining();
        // A few hundred bytes, the first in a long time: they fit into the socket's buffer.
        super.write(ByteBuffer.wrap(answer()));
        source.position(source.limit());
        return length;
      }
      readSinceLastAnswer = 0;
      String hostProblem = hostProblem(source);
      if (!hostProblem.isEmpty()) {
        int length = source.remaining();
        super.write(ByteBuffer.wrap(answer(StatusCodes.BAD_REQUEST, hostProblem)));
        source.position(source.limit());
        return length;
      }
      return super.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      readSinceLastAnswer = 0;
      return super.write(sources, offset, length);
    }

    /** What the platform says of a Host that it doesn't like, in place of a reason phrase. */
    private String hostProblem(ByteBuffer source) {
      int at = source.position();
      for (int i = 0; i < REFUSED.length; i++) {
        if (i == source.remaining() || source.get(at + i) != REFUSED[i]) {
          return "";
        }
      }
      StringBuilder phrase = new StringBuilder();
      for (int i = at + REFUSED.length; i < source.limit() && source.get(i) != '\r'; i++) {
        if (phrase.length() == MAX_REASON_LENGTH) {
          return "";
        }
        phrase.append((char) (source.get(i) & 0xff));
      }
      return phrase.toString().equals(OWN_REASON)
          ? ""
          : phrase.toString().toLowerCase(Locale.ROOT)
              + "; allowed is one Host, a name or an address of this listener";
    }

    private boolean isFixedAnswer(ByteBuffer source) {
      return source.equals(ByteBuffer.wrap(FIXED_ANSWER));
    }
  }
}
