package io.volute.identity;

/**
 * A member and where it is reached.
 *
 * @param node its name
 * @param address its address for peers
 */
public record Endpoint(NodeId node, HostPort address) {
  @Override
  public String toString() {
    return node + " " + address;
  }
}
