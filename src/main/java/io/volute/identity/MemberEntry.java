package io.volute.identity;

import java.util.Optional;

/**
 * A member as the membership file or its own announcement describes it.
 *
 * @param id its name
 * @param address where its peers reach it
 * @param zone where it stands; owners of a key are spread over zones first. 1 to 64 of the
 *     characters of a node id
 * @param weight its capacity relative to other members, 1 to 1000
 */
public record MemberEntry(NodeId id, HostPort address, Optional<String> zone, int weight) {
  public static final int DEFAULT_WEIGHT = 100;
  public static final int MAX_WEIGHT = 1000;

  public MemberEntry {
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException("weight " + weight + ": allowed is 1 to " + MAX_WEIGHT);
    }
    zone.ifPresent(
        name -> {
          if (!NodeId.isValid(name)) {
            throw new IllegalArgumentException("zone '" + name + "': allowed are " + NodeId.RULE);
          }
        });
  }

  public Endpoint endpoint() {
    return new Endpoint(id, address);
  }
}
