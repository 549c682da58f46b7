package io.volute.listen;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a text in PEM form (RFC 7468): what stands between a BEGIN line and its END line.
 *
 * @param label such as {@code CERTIFICATE}
 * @param bytes what the lines stand for; empty where they are no base64
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PemBlock(String label, byte[] bytes) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----([^-]*)-----END \\1-----");

  /** All blocks in their order; what stands between them is a comment. */
  static List<PemBlock> all(String text) {
    List<PemBlock> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new PemBlock(matcher.group(1), decoded(matcher.group(2))));
    }
    return blocks;
  }

  private static byte[] decoded(String lines) {
    try {
      return Base64.getMimeDecoder().decode(lines);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
