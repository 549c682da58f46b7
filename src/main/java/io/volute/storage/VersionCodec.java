package io.volute.storage;

import io.volute.causal.ActorBytes;
import io.volute.causal.CausalContext;
import io.volute.causal.ContextBytes;
import io.volute.causal.Dot;
import io.volute.causal.MalformedContextException;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Version;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The byte form of a version's metadata, in log records and index entries alike. It ends by itself,
 * so several can follow each other.
 *
 * <p>Flags (1 tombstone, 2 expires, 4 content type), mirrors, varint written-at, [varint
 * expires-at], [length and text of the content type], varint size, length and text of the dot's
 * node id, varint incarnation, varint counter, then the replaced context as {@link ContextBytes}.
 */
final class VersionCodec {
  /** No version's metadata takes more; the longest context makes up nearly all of it. */
  static final int MAX_BYTES = 32 << 10;

  private static final int TOMBSTONE = 1;
  private static final int EXPIRES = 2;
  private static final int CONTENT_TYPE = 4;
  private static final int KNOWN_FLAGS = TOMBSTONE | EXPIRES | CONTENT_TYPE;

  private VersionCodec() {}

  static int maxSizeBytes(Version version) {
    return 2
        + 5 * Varints.MAX_BYTES
        + 2
        + version.contentType().length()
        + NodeId.MAX_LENGTH
        + ContextBytes.sizeBytes(version.replaces());
  }

  static void write(Version version, ByteBuffer out) {
    boolean expires = version.expiresAtMillis() != Version.NEVER;
    boolean typed = !version.contentType().isEmpty();
    int flags =
        (version.isTombstone() ? TOMBSTONE : 0)
            | (expires ? EXPIRES : 0)
            | (typed ? CONTENT_TYPE : 0);
    out.put((byte) flags).put((byte) version.mirrors().count());
    Varints.write(version.writtenAtMillis(), out);
    if (expires) {
      Varints.write(version.expiresAtMillis(), out);
    }
    if (typed) {
      writeText(version.contentType(), out);
    }
    Varints.write(version.sizeBytes(), out);
    Actor actor = version.dot().actor();
    writeText(actor.node().text(), out);
    Varints.write(actor.incarnation(), out);
    Varints.write(version.dot().counter(), out);
    ContextBytes.write(version.replaces(), out);
  }

  /** Reads one version and leaves the buffer behind it. */
  static Version read(ByteBuffer in) throws MalformedRecordException {
    try {
      int flags = in.get();
      if ((flags & ~KNOWN_FLAGS) != 0) {
        throw new MalformedRecordException("a version with unknown flags " + flags);
      }
      Mirrors mirrors = new Mirrors(in.get() & 0xff);
      long writtenAt = Varints.read(in);
      long expiresAt = (flags & EXPIRES) != 0 ? Varints.read(in) : Version.NEVER;
      String contentType = (flags & CONTENT_TYPE) != 0 ? readText(in) : "";
      long sizeBytes = Varints.read(in);
      Actor actor = ActorBytes.read(in);
      Dot dot = new Dot(actor, Varints.read(in));
      CausalContext replaces = ContextBytes.read(in);
      return new Version(
          dot,
          replaces,
          (flags & TOMBSTONE) != 0 ? Version.Kind.TOMBSTONE : Version.Kind.VALUE,
          mirrors,
          writtenAt,
          expiresAt,
          contentType,
          sizeBytes);
    } catch (BufferUnderflowException | IllegalArgumentException | MalformedContextException e) {
      throw new MalformedRecordException("a version is malformed: " + e.getMessage(), e);
    }
  }

  private static void writeText(String ascii, ByteBuffer out) {
    byte[] bytes = ascii.getBytes(StandardCharsets.ISO_8859_1);
    out.put((byte) bytes.length).put(bytes);
  }

  private static String readText(ByteBuffer in) {
    byte[] bytes = new byte[in.get() & 0xff];
    in.get(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
