package io.volute.exchange;

import io.volute.record.Name;
import io.volute.record.VersionedValue;

/** Is told of each version that this node makes, when it begins to bring it to the owners. */
@FunctionalInterface
public interface NewVersions {
  void made(Name name, VersionedValue content);
}
