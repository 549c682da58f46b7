package io.volute.client.json;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Reads JSON token by token, so that an answer of any length needs little memory. */
public final class JsonReader {
  /** What comes next. */
  public enum Token {
    BEGIN_OBJECT,
    END_OBJECT,
    BEGIN_ARRAY,
    END_ARRAY,
    /** The name of a member of an object. */
    NAME,
    STRING,
    /** A number, true, false or null. */
    LITERAL,
    END
  }

  private static final int MAX_TEXT = 1024 * 1024;
  private static final int MAX_DEPTH = 64;
  private static final int NOTHING = -2;

  private final BufferedReader in;
  private final Deque<Token> open = new ArrayDeque<>();
  private int peeked = NOTHING;
  private Token last;
  private String text = "";

  /** A reader of UTF-8. */
  public JsonReader(InputStream in) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** The text of a name, string or literal that was just read. */
  public String text() {
    return text;
  }

  /** The next token. */
  public Token next() throws IOException {
    last = read();
    return last;
  }

  private Token read() throws IOException {
    if (last != null && open.isEmpty()) {
      require(skipSpace() < 0, "more than one value");
      return Token.END;
    }
    boolean isInObject = open.peek() == Token.BEGIN_OBJECT;
    int c = skipSpace();
    if (last == Token.NAME) {
      require(c == ':', "a name without ':'");
      take();
      skipSpace();
      return value();
    }
    if (c == '}' || c == ']') {
      require(!open.isEmpty() && isInObject == (c == '}'), "brackets that do not match");
      take();
      open.pop();
      return c == '}' ? Token.END_OBJECT : Token.END_ARRAY;
    }
    if (!open.isEmpty() && last != Token.BEGIN_OBJECT && last != Token.BEGIN_ARRAY) {
      require(c == ',', "values without ','");
      take();
      skipSpace();
    }
    if (isInObject) {
      require(peek() == '"', "a member without a name");
      string();
      return Token.NAME;
    }
    return value();
  }

  private Token value() throws IOException {
    int c = peek();
    if (c == '"') {
      string();
      return Token.STRING;
    }
    if (c == '{' || c == '[') {
      take();
      require(open.size() < MAX_DEPTH, "deeper than " + MAX_DEPTH);
      open.push(c == '{' ? Token.BEGIN_OBJECT : Token.BEGIN_ARRAY);
      return open.peek();
    }
    StringBuilder literal = new StringBuilder();
    while (isOfLiteral(peek())) {
      append(literal, take());
    }
    require(!literal.isEmpty(), "a value is missing");
    text = literal.toString();
    return Token.LITERAL;
  }

  private static boolean isOfLiteral(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || c == '-'
        || c == '+'
        || c == '.'
        || c == 'E';
  }

  private void string() throws IOException {
    take();
    StringBuilder string = new StringBuilder();
    for (int c = take(); c != '"'; c = take()) {
      require(c >= ' ', "a control character in a string");
      append(string, c == '\\' ? escaped() : c);
    }
    text = string.toString();
  }

  private int escaped() throws IOException {
    int c = take();
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '"', '\\', '/' -> c;
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(take(), 16);
          require(digit >= 0, "a bad escape");
          code = code * 16 + digit;
        }
        yield code;
      }
      default -> throw new MalformedJsonException("a bad escape");
    };
  }

  private static void append(StringBuilder out, int c) throws IOException {
    require(out.length() < MAX_TEXT, "a text longer than " + MAX_TEXT);
    out.append((char) c);
  }

  private int skipSpace() throws IOException {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      take();
    }
    return peek();
  }

  private int peek() throws IOException {
    if (peeked == NOTHING) {
      peeked = in.read();
    }
    return peeked;
  }

  private int take() throws IOException {
    int c = peek();
    require(c >= 0, "it ends early");
    peeked = NOTHING;
    return c;
  }

  private static void require(boolean isSo, String otherwise) throws MalformedJsonException {
    if (!isSo) {
      throw new MalformedJsonException(otherwise);
    }
  }
}
