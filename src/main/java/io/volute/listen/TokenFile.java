package io.volute.listen;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The tokens that clients may show, from a file that is read again when it changes. A line each:
 * {@code TOKEN [read-only] [prefix=TEXT]}; {@code #} begins a comment.
 *
 * <p>Only digests are kept. A token that is shown is compared with all of them, each in constant
 * time, so that how long it takes says nothing. For any thread.
 */
public final class TokenFile {
  /** What a user is told when a line is refused. */
  public static final String RULE =
      "a token of 16 to 256 printable ASCII characters, then read-only and prefix=TEXT as needed";

  private static final System.Logger LOG = System.getLogger(TokenFile.class.getName());
  private static final int MIN_LENGTH = 16;
  private static final int MAX_LENGTH = 256;
  private static final int MAX_TOKENS = 10_000;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String READ_ONLY = "read-only";
  private static final String PREFIX = "prefix=";

  @SuppressWarnings("ArrayRecordComponent") // never compared by equals
  private record Entry(byte[] digest, Grant grant) {}

  /** One state of the file. */
  private record Loaded(List<Entry> entries, FileTime changed, long size) {}

  private final Path file;
  private volatile Loaded loaded;
  private volatile long nextLookNanos;

  private TokenFile(Path file, Loaded loaded) {
    this.file = file;
    this.loaded = loaded;
    this.nextLookNanos = System.nanoTime() + LOOK_NANOS;
  }

  /**
   * Reads a file.
   *
   * @throws TokenFileException names the file, the line and what is allowed
   */
  public static TokenFile open(Path file) throws TokenFileException {
    return new TokenFile(file, load(file));
  }

  private static Loaded load(Path file) throws TokenFileException {
    try {
      FileTime changed = Files.getLastModifiedTime(file);
      byte[] content = Files.readAllBytes(file);
      return new Loaded(parse(file, content), changed, content.length);
    } catch (IOException e) {
      throw new TokenFileException(file + ": can't be read, allowed is a file with tokens");
    }
  }

  private static List<Entry> parse(Path file, byte[] content) throws TokenFileException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new TokenFileException(file + ": it is not UTF-8, allowed is a file with tokens");
    }
    List<Entry> entries = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String stripped = line.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        entries.add(parseLine(file + ":" + number, stripped));
      }
    }
    if (entries.isEmpty() || entries.size() > MAX_TOKENS) {
      throw new TokenFileException(
          file + ": it holds " + entries.size() + " tokens, allowed are 1 to " + MAX_TOKENS);
    }
    return List.copyOf(entries);
  }

  /** The token itself is not repeated in what is said of it: logs are read by many. */
  private static Entry parseLine(String place, String line) throws TokenFileException {
    String[] words = line.split("[ \t]+", -1);
    boolean printable = words[0].chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!printable || words[0].length() < MIN_LENGTH || words[0].length() > MAX_LENGTH) {
      throw new TokenFileException(place + ": the token is malformed, allowed is " + RULE);
    }
    boolean readOnly = false;
    byte[] prefix = new byte[0];
    for (int i = 1; i < words.length; i++) {
      if (words[i].equals(READ_ONLY)) {
        readOnly = true;
      } else if (words[i].startsWith(PREFIX) && words[i].length() > PREFIX.length()) {
        prefix = words[i].substring(PREFIX.length()).getBytes(StandardCharsets.UTF_8);
      } else {
        throw new TokenFileException(place + ": '" + words[i] + "', allowed is " + RULE);
      }
    }
    return new Entry(
        digest(words[0].getBytes(StandardCharsets.US_ASCII)), new Grant(readOnly, prefix));
  }

  private static byte[] digest(byte[] token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has it", e);
    }
  }

  /** What a token allows; empty when it is none of ours (any more). */
  public Optional<Grant> find(byte[] token) {
    lookAgain();
    byte[] digest = digest(token);
    Grant found = null;
    for (Entry entry : loaded.entries()) {
      if (MessageDigest.isEqual(entry.digest(), digest)) {
        found = entry.grant();
      }
    }
    return Optional.ofNullable(found);
  }

  /** A file that has become unusable changes nothing: nobody is locked out by a slip. */
  private void lookAgain() {
    long now = System.nanoTime();
    if (now - nextLookNanos < 0) {
      return;
    }
    nextLookNanos = now + LOOK_NANOS;
    try {
      Loaded before = loaded;
      boolean same =
          Files.getLastModifiedTime(file).equals(before.changed())
              && Files.size(file) == before.size();
      if (!same) {
        loaded = load(file);
        LOG.log(System.Logger.Level.INFO, "{0} was read again", file);
      }
    } catch (IOException | TokenFileException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} can''t be read again, what was read before holds: {1}",
          file,
          e.getMessage());
    }
  }
}
