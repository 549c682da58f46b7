package io.volute.transport.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The secrets of a cluster: the first is used, and all are accepted, so that a new one can be
 * brought in member by member.
 */
public final class ClusterKeys {
  public static final int MIN_BYTES = 32;
  public static final int MAX_KEYS = 2;

  private static final byte[] SALT = "volute uses 1".getBytes(US_ASCII);

  private final List<byte[]> keys;

  private ClusterKeys(List<byte[]> keys) {
    this.keys = keys;
  }

  /** Why a file holds no keys; says nothing of what is in it. */
  public static final class MalformedKeysException extends Exception {
    private static final long serialVersionUID = 1L;

    private MalformedKeysException(String message) {
      super(message);
    }
  }

  /**
   * Reads what a key file holds: one or two lines of text, each a key, or bytes that are no text,
   * which are one key.
   */
  public static ClusterKeys parse(byte[] content) throws MalformedKeysException {
    List<byte[]> keys = isText(content) ? lines(content) : List.of(content.clone());
    if (keys.isEmpty() || keys.size() > MAX_KEYS) {
      throw new MalformedKeysException(
          "it has " + keys.size() + " keys, allowed are 1 or 2, one a line");
    }
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).length < MIN_BYTES) {
        throw new MalformedKeysException(
            "key "
                + (i + 1)
                + " has "
                + keys.get(i).length
                + " bytes, allowed are "
                + MIN_BYTES
                + " and up");
      }
    }
    return new ClusterKeys(keys);
  }

  private static boolean isText(byte[] content) {
    for (byte each : content) {
      if ((each < ' ' || each > '~') && each != '\n' && each != '\r' && each != '\t') {
        return false;
      }
    }
    return true;
  }

  private static List<byte[]> lines(byte[] content) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= content.length; i++) {
      if (i == content.length || content[i] == '\n') {
        byte[] line = trimmed(content, start, i);
        if (line.length > 0) {
          lines.add(line);
        }
        start = i + 1;
      }
    }
    return lines;
  }

  private static byte[] trimmed(byte[] content, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && content[start] <= ' ') {
      start++;
    }
    while (end > start && content[end - 1] <= ' ') {
      end--;
    }
    return Arrays.copyOfRange(content, start, end);
  }

  /**
   * Secrets for another use, one for each key: who knows one of them learns nothing of the key.
   *
   * @param use tells the uses apart
   * @param bytes how long each is to be, 1 to 255 times 32
   */
  public List<byte[]> derive(String use, int bytes) {
    return keys.stream()
        .map(key -> Hkdf.expand(Hkdf.extract(SALT, key), use.getBytes(US_ASCII), bytes))
        .toList();
  }

  List<byte[]> keys() {
    return keys;
  }
}
