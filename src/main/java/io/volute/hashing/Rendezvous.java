package io.volute.hashing;

import io.volute.identity.NodeId;
import java.nio.charset.StandardCharsets;

/**
 * The score by which a member bids for a partition: the highest bid owns it first, the next one
 * second, and so on. A member's bids don't depend on the other members, so one that comes or goes
 * moves only what it wins or held.
 *
 * <p>Source: weighted rendezvous hashing, Schindelhauer and Schomaker, "Weighted distributed hash
 * tables" (SPAA 2005): with u uniform in (0, 1), −weight / ln(u) wins in proportion to the weight.
 */
public final class Rendezvous {
  private static final long SEED = 0x766f6c757465L;

  private Rendezvous() {}

  /**
   * The bid of a member.
   *
   * @param weight 1 and up
   * @return greater than 0
   */
  public static double score(int partition, NodeId node, int weight) {
    byte[] text = node.text().getBytes(StandardCharsets.US_ASCII);
    long hash = Hash64.of(text, SEED + Hash64.mix(partition));
    // 53 bits, moved by half a step off both 0 and 1.
    double uniform = ((hash >>> 11) + 0.5) * 0x1.0p-53;
    // StrictMath: members on different machines must agree to the last bit.
    return -weight / StrictMath.log(uniform);
  }
}
