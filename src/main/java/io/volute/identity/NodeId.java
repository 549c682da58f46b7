package io.volute.identity;

/**
 * The name of a member, unique in its cluster and stable across restarts and address changes.
 *
 * @param text 1 to 64 of {@code A-Z a-z 0-9 . _ -}
 */
public record NodeId(String text) implements Comparable<NodeId> {
  public static final int MAX_LENGTH = 64;

  /** What a user is told when a name is refused. */
  public static final String RULE = "1 to 64 of A-Z a-z 0-9 . _ -";

  public NodeId {
    if (!isValid(text)) {
      throw new IllegalArgumentException("node id '" + text + "': allowed are " + RULE);
    }
  }

  public static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isAllowed(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAllowed(char character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || character == '.'
        || character == '_'
        || character == '-';
  }

  /** As records have it; mostly it is the same object. */
  @Override
  public boolean equals(Object object) {
    return object == this || object instanceof NodeId other && text.equals(other.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public int compareTo(NodeId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
