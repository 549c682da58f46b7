package io.volute.exchange;

import io.volute.identity.NodeId;
import io.volute.record.Name;

/** Is told which member lacks a version of a key that it should hold, and sees to it later. */
public interface MissedCopies {
  void missed(NodeId member, Name name);
}
