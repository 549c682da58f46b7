package io.volute.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** What may stand in the texts of a message. */
final class Texts {
  private Texts() {}

  static boolean isPrintable(int character) {
    return character >= 0x20 && character < 0x7f;
  }

  /** One line of text: UTF-8 without control characters. */
  static String line(byte[] utf8) throws MalformedMessageException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(utf8))
              .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException("a text is not UTF-8");
    }
    // Doors put it in answers where a line break would begin something else.
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new MalformedMessageException("a text is more than one line");
    }
    return text;
  }

  /**
   * A text as bytes that {@link #line} reads: control characters become spaces, and it is cut
   * between two characters where it is too long.
   */
  static byte[] lineBytes(String text, int maxBytes) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), maxBytes));
    int size = 0;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      int shown = Character.isISOControl(character) ? ' ' : character;
      size += utf8Size(shown);
      if (size > maxBytes) {
        break;
      }
      line.appendCodePoint(shown);
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static int utf8Size(int character) {
    if (character < 0x80) {
      return 1;
    }
    if (character < 0x800) {
      return 2;
    }
    return character < 0x10000 ? 3 : 4;
  }
}
