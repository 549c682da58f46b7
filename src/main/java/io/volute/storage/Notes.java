package io.volute.storage;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The node's own small records, held in memory as a whole. For the kernel thread only. */
final class Notes {
  static final int MAX_KEY_CHARS = 1200;
  static final int MAX_CONTENT_BYTES = 1024;

  private final TreeMap<String, byte[]> contents = new TreeMap<>();

  /**
   * A key as bytes.
   *
   * @throws IllegalArgumentException when it is none: too long, or no valid text
   */
  static byte[] keyBytes(String key) {
    if (key.isEmpty() || key.length() > MAX_KEY_CHARS) {
      throw new IllegalArgumentException("a note's key of " + key.length() + " characters");
    }
    try {
      ByteBuffer utf8 =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(key));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a note's key with half a character", e);
    }
  }

  /** The key of a record. */
  static String keyOf(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  static void checkContent(byte[] content) {
    if (content.length > MAX_CONTENT_BYTES) {
      throw new IllegalArgumentException("a note of " + content.length + " bytes");
    }
  }

  /** Takes the array over. */
  void put(String key, byte[] content) {
    contents.put(key, content);
  }

  void remove(String key) {
    contents.remove(key);
  }

  boolean contains(String key) {
    return contents.containsKey(key);
  }

  Optional<byte[]> get(String key) {
    return Optional.ofNullable(contents.get(key)).map(byte[]::clone);
  }

  List<String> list(String prefix, String after, int limit) {
    List<String> keys = new ArrayList<>();
    boolean afterCounts = after.compareTo(prefix) >= 0;
    for (String key : contents.tailMap(afterCounts ? after : prefix, !afterCounts).keySet()) {
      if (!key.startsWith(prefix) || keys.size() == limit) {
        break;
      }
      keys.add(key);
    }
    return keys;
  }

  int count() {
    return contents.size();
  }

  SortedMap<String, byte[]> asMap() {
    return contents;
  }
}
