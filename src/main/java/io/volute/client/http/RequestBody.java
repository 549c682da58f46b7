package io.volute.client.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/**
 * What a request carries; read once.
 *
 * @param source the bytes; not closed by the client
 * @param length how many, or {@link #UNKNOWN}: it is then sent in chunks, to the end of the source
 */
public record RequestBody(InputStream source, long length) {
  /** A length that shows only at the end. */
  public static final long UNKNOWN = -1;

  /** A source up to this size is sent with its length, though it was not known before. */
  private static final int PEEK_BYTES = 32 * 1024;

  /** Bytes in memory. */
  public static RequestBody of(byte[] bytes) {
    return new RequestBody(new ByteArrayInputStream(bytes), bytes.length);
  }

  /** A stream of any length; a short one is taken into memory, so that its length is known. */
  public static RequestBody streamed(InputStream source) throws IOException {
    byte[] head = source.readNBytes(PEEK_BYTES);
    if (head.length < PEEK_BYTES) {
      return of(head);
    }
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(head), source);
    return new RequestBody(all, UNKNOWN);
  }
}
