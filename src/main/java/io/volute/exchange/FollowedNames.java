package io.volute.exchange;

import io.volute.identity.NodeId;
import io.volute.record.Name;
import io.volute.record.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which followers keep which names. It stands beside placement, which is worked out by everyone
 * alike: followers own nothing, they tell each member what they want. Used by the kernel's thread
 * only.
 */
public final class FollowedNames {
  private final Map<NodeId, List<Value>> prefixes = new TreeMap<>();

  /**
   * Notes what a follower wants from now on.
   *
   * @param wanted beginnings of names; the codec and the settings bound them
   * @return whether that is something else than before
   */
  public boolean follow(NodeId follower, List<Value> wanted) {
    return !wanted.equals(prefixes.put(follower, List.copyOf(wanted)));
  }

  public void forget(NodeId follower) {
    prefixes.remove(follower);
  }

  public boolean isFollowing(NodeId node, Name name) {
    for (Value prefix : prefixes.getOrDefault(node, List.of())) {
      if (name.startsWith(prefix.bytes())) {
        return true;
      }
    }
    return false;
  }

  /** Who keeps a copy of this key as a follower, in the order of names. */
  public List<NodeId> followersOf(Name name) {
    List<NodeId> followers = new ArrayList<>();
    for (NodeId node : prefixes.keySet()) {
      if (isFollowing(node, name)) {
        followers.add(node);
      }
    }
    return followers;
  }
}
