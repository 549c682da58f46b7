package io.volute.storage;

import io.volute.record.Name;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The names of all keys in byte order. */
final class NameOrder {
  private final TreeSet<byte[]> names = new TreeSet<>(Arrays::compareUnsigned);

  void add(Name name) {
    names.add(name.utf8());
  }

  void remove(Name name) {
    names.remove(name.utf8());
  }

  List<Name> list(byte[] prefix, Optional<Name> after, int limit) {
    List<Name> found = new ArrayList<>();
    for (byte[] utf8 : names.tailSet(NamePage.lowest(prefix, after))) {
      Name name = Name.of(utf8).orElseThrow();
      if (found.size() == limit || !name.startsWith(prefix)) {
        break;
      }
      found.add(name);
    }
    return found;
  }
}
