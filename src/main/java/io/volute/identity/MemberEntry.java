package io.volute.identity;

import java.util.Optional;

/**
 * A member as the membership file or its own announcement describes it.
 *
 * @param id its name
 * @param address where its peers reach it
 * @param zone where it stands; owners of a key are spread over zones first. 1 to 64 of the
 *     characters of a node id
 * @param weight its capacity relative to other members, 1 to {@link #MAX_WEIGHT}
 */
public record MemberEntry(NodeId id, HostPort address, Optional<String> zone, int weight) {
  /** What a member weighs whose entry says nothing: {@code weight=2} then means twice the keys. */
  public static final int DEFAULT_WEIGHT = 1;

  public static final int MAX_WEIGHT = 1000;

  public MemberEntry {
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException("weight " + weight + ": allowed is 1 to " + MAX_WEIGHT);
    }
    if (zone.isPresent() && !NodeId.isValid(zone.get())) {
      throw new IllegalArgumentException("zone '" + zone.get() + "': allowed is " + NodeId.RULE);
    }
  }

  public Endpoint endpoint() {
    return new Endpoint(id, address);
  }

  /** The line of a membership file that says the same. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder().append(id).append(' ').append(address);
    zone.ifPresent(name -> line.append(" zone=").append(name));
    return weight == DEFAULT_WEIGHT ? line.toString() : line.append(" weight=" + weight).toString();
  }
}
