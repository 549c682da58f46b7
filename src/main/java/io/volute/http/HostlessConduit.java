package io.volute.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.ConduitReadableByteChannel;
import org.xnio.conduits.Conduits;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Lets a person talk to a unix socket with {@code nc -U}: gives the first HTTP/1.1 request of a
 * connection a Host when it comes without one.
 *
 * <p>Undertow refuses such a request and has no switch. {@code Connection: close} is added as well,
 * since those who type a request by hand wait for the end of the connection. Bytes pass through as
 * they come, so that limits on slow and large heads work as ever; only the empty line that ends a
 * head without Host is preceded by the two missing lines. After the first head this does nothing.
 */
final class HostlessConduit extends AbstractStreamSourceConduit<StreamSourceConduit> {
  private static final byte[] MISSING_LINES =
      "Host: localhost\r\nConnection: close\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSION = " HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HOST = "host:".getBytes(StandardCharsets.US_ASCII);

  private boolean scanning = true;
  private boolean firstLine = true;
  private int lineLength;
  private boolean mayBeHost = true;
  private final byte[] lineEnd = new byte[VERSION.length];
  // What was read but must follow the added lines; null when there is nothing.
  private ByteBuffer held;

  HostlessConduit(StreamSourceConduit next) {
    super(next);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (held != null) {
      return takeHeld(target);
    }
    if (!scanning) {
      return super.read(target);
    }
    int start = target.position();
    int count = super.read(target);
    if (count > 0) {
      int end = scan(target, start);
      if (end >= 0) {
        return (end - start) + insertAt(end, target);
      }
    }
    return count;
  }

  /** Looks at new bytes; answers where lines are missing, or -1. */
  private int scan(ByteBuffer bytes, int start) {
    for (int i = start; i < bytes.position(); i++) {
      byte b = bytes.get(i);
      if (b == '\n') {
        if (firstLine && !isRequestOfVersion11()) {
          return stopScanning();
        }
        firstLine = false;
        lineLength = 0;
        mayBeHost = true;
      } else if (b == '\r' && lineLength == 0 && !firstLine) {
        scanning = false;
        return i;
      } else if (b != '\r') {
        if (firstLine) {
          System.arraycopy(lineEnd, 1, lineEnd, 0, lineEnd.length - 1);
          lineEnd[lineEnd.length - 1] = b;
        } else if (mayBeHost && isHostSoFar(b)) {
          return stopScanning();
        }
        lineLength++;
      }
    }
    return -1;
  }

  private int stopScanning() {
    scanning = false;
    return -1;
  }

  private boolean isRequestOfVersion11() {
    return Arrays.equals(lineEnd, VERSION);
  }

  /** True once the line is known to be the Host header. */
  private boolean isHostSoFar(byte b) {
    int lower = b >= 'A' && b <= 'Z' ? b + 32 : b;
    mayBeHost = lineLength < HOST.length && lower == HOST[lineLength];
    return mayBeHost && lineLength == HOST.length - 1;
  }

  private int insertAt(int end, ByteBuffer target) {
    int after = target.position() - end;
    held = ByteBuffer.allocate(MISSING_LINES.length + after).put(MISSING_LINES);
    for (int i = 0; i < after; i++) {
      held.put(target.get(end + i));
    }
    held.flip();
    target.position(end);
    return target.hasRemaining() ? takeHeld(target) : 0;
  }

  private int takeHeld(ByteBuffer target) {
    int count = Math.min(held.remaining(), target.remaining());
    ByteBuffer part = held.duplicate().limit(held.position() + count);
    target.put(part);
    held.position(held.position() + count);
    if (!held.hasRemaining()) {
      held = null;
    }
    return count;
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    if (held == null && !scanning) {
      return super.read(targets, offset, length);
    }
    for (int i = offset; i < offset + length; i++) {
      if (targets[i].hasRemaining()) {
        return read(targets[i]);
      }
    }
    return 0;
  }

  @Override
  public long transferTo(long position, long count, java.nio.channels.FileChannel target)
      throws IOException {
    return held == null && !scanning
        ? super.transferTo(position, count, target)
        : target.transferFrom(new ConduitReadableByteChannel(this), position, count);
  }

  @Override
  public long transferTo(long count, ByteBuffer through, StreamSinkChannel target)
      throws IOException {
    return held == null && !scanning
        ? super.transferTo(count, through, target)
        : Conduits.transfer(this, count, through, target);
  }

  @Override
  public void resumeReads() {
    if (held != null) {
      // The selector knows nothing of bytes that wait here.
      super.wakeupReads();
    } else {
      super.resumeReads();
    }
  }
}
