package io.volute.membership;

import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.settings.Quoted;
import java.util.Optional;
import java.util.StringTokenizer;

/** Reads one line of a membership file. */
final class MembershipLine {
  static final String FORM = "UID HOST:PORT [zone=NAME] [weight=N]";

  /** Bytes of a line; an entry takes 500 at most and leaves room for a comment. */
  static final int MAX_BYTES = 1024;

  private static final String ZONE = "zone=";
  private static final String WEIGHT = "weight=";

  /** Says what is wrong with a line and what is allowed. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String reason) {
      super(reason);
    }
  }

  private MembershipLine() {}

  /** The entry of a line; empty for a line that is blank or only a comment. */
  static Optional<MemberEntry> parse(String line) throws Refusal {
    int comment = line.indexOf('#');
    String content = comment < 0 ? line : line.substring(0, comment);
    if (content.endsWith("\r")) {
      content = content.substring(0, content.length() - 1);
    }
    StringTokenizer words = new StringTokenizer(content, " \t");
    if (!words.hasMoreTokens()) {
      return Optional.empty();
    }
    NodeId id = readId(words.nextToken());
    if (!words.hasMoreTokens()) {
      throw new Refusal("there is no address behind '" + id + "', allowed is " + FORM);
    }
    HostPort address = readAddress(words.nextToken());
    Optional<String> zone = Optional.empty();
    Optional<Integer> weight = Optional.empty();
    while (words.hasMoreTokens()) {
      String word = words.nextToken();
      if (word.startsWith(ZONE)) {
        refuseSecond(zone, word);
        zone = Optional.of(readZone(word.substring(ZONE.length())));
      } else if (word.startsWith(WEIGHT)) {
        refuseSecond(weight, word);
        weight = Optional.of(readWeight(word.substring(WEIGHT.length())));
      } else {
        throw new Refusal(
            "attribute " + Quoted.text(word) + " is unknown, allowed are zone=NAME and weight=N");
      }
    }
    return Optional.of(
        new MemberEntry(id, address, zone, weight.orElse(MemberEntry.DEFAULT_WEIGHT)));
  }

  private static NodeId readId(String word) throws Refusal {
    if (!NodeId.isValid(word)) {
      throw new Refusal("uid " + Quoted.text(word) + " is malformed, allowed is " + NodeId.RULE);
    }
    return new NodeId(word);
  }

  private static HostPort readAddress(String word) throws Refusal {
    return HostPort.parse(word)
        .orElseThrow(
            () ->
                new Refusal(
                    "address " + Quoted.text(word) + " is malformed, allowed is " + HostPort.RULE));
  }

  private static String readZone(String text) throws Refusal {
    if (!NodeId.isValid(text)) {
      throw new Refusal("zone " + Quoted.text(text) + " is malformed, allowed is " + NodeId.RULE);
    }
    return text;
  }

  private static int readWeight(String text) throws Refusal {
    boolean isNumber =
        !text.isEmpty()
            && text.length() <= 4
            && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    int weight = isNumber ? Integer.parseInt(text) : 0;
    if (weight < 1 || weight > MemberEntry.MAX_WEIGHT) {
      throw new Refusal(
          "weight "
              + Quoted.text(text)
              + " is out of range, allowed is a number from 1 to "
              + MemberEntry.MAX_WEIGHT);
    }
    return weight;
  }

  private static void refuseSecond(Optional<?> first, String word) throws Refusal {
    if (first.isPresent()) {
      throw new Refusal(
          "attribute " + Quoted.text(word) + " is repeated, allowed is each attribute once");
    }
  }
}
