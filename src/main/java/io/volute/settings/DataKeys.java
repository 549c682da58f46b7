package io.volute.settings;

import static io.volute.settings.SettingKey.many;
import static io.volute.settings.SettingKey.one;
import static io.volute.settings.SettingKey.toggle;

import io.volute.identity.Role;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The settings of what is kept, where, and by how many. */
final class DataKeys {
  static final SettingKey<String> HOME =
      one("home", "DIR", ValueForm.path())
          .byDefault("./volute-data")
          .means(
              "directory of the node's data",
              """
              Made when it is missing, and locked: one daemon at a time. Below the working
              directory by default, so that trying Volute leaves nothing elsewhere; a service
              should name a directory of its own.
              """);

  static final SettingKey<String> STORE =
      one("store", "NAME", ValueForm.oneOf("log, rocksdb or ram", List.of("log", "rocksdb", "ram")))
          .byDefault("log")
          .means(
              "storage engine",
              """
              `log` keeps everything in an append-only log on disk. `rocksdb` keeps it in a RocksDB
              database, for those who know that engine. `ram` keeps nothing on disk: a
              restart is a new incarnation that gets its keys back from its peers. Durable by
              default, as an acknowledged write must survive.
              """);

  static final SettingKey<FsyncPolicy> FSYNC =
      one("fsync", "POLICY", ValueForm.of(FsyncPolicy.RULE, FsyncPolicy::parse))
          .byDefault("always")
          .means(
              "when an acknowledged write is on stable storage: always, within a duration, never",
              """
              `always` by default: what a client was told is kept must survive the loss of power of
              all nodes at once. Writes that wait at the same time share one sync, so its price
              falls with load. A duration bounds what may be lost; `never` leaves it to the
              operating system.
              """);

  static final SettingKey<Mirrors> MIRRORS =
      one(
              "mirrors",
              "N",
              new ValueForm<>("a number from 0 to 255", "members", DataKeys::readMirrors))
          .byDefault("3")
          .means(
              "how many members keep a key whose writer named no number; 0 for all of them",
              """
              Three is the least with which a quorum survives the loss of a member, and each more
              costs a copy of every value.
              """);

  static final SettingKey<Boolean> CLONE =
      toggle("clone")
          .shortForm('c')
          .means(
              "every member keeps every key: each mirrors value is taken as 0",
              """
              Off by default, because capacity then does not grow with the cluster. It suits small
              data that is read everywhere.
              """);

  static final SettingKey<Role> ROLE =
      one("role", "ROLE", ValueForm.of(Role.RULE, Role::parse))
          .byDefault("member")
          .means(
              "what this node does: member, follower or proxy",
              """
              A follower keeps copies and serves reads, but counts in no quorum; a proxy keeps
              nothing and passes requests on. A member by default, since a cluster consists of
              those. The home of a member, which may hold the last copy of something, can't be
              given another role: let the member leave, and begin with another home.
              """);

  static final SettingKey<String> FOLLOW =
      many("follow", "PREFIX", ValueForm.prefix(Name.MAX_BYTES))
          .byDefaultSomehow("all names")
          .means(
              "a follower keeps the names that begin with this",
              """
              All by default: a follower is then a whole copy. With prefixes it is as small as what
              is read there. It takes part in no change and owns nothing, so naming too little loses
              nothing: other names are read from their owners.
              """);

  static final SettingKey<Long> SYNC_INTERVAL =
      one("sync-interval", "DURATION", ValueForm.duration("10ms", "1h"))
          .byDefault("2s")
          .means(
              "pause between two anti-entropy exchanges",
              """
              Anti-entropy mends what hints and read repair missed, so this bounds how long owners
              differ after trouble. An exchange between owners that agree costs little, so two
              seconds are affordable; a longer pause saves traffic, a shorter one heals sooner.
              """);

  static final SettingKey<Long> MAX_MEMORY =
      one("max-memory", "SIZE", ValueForm.size("16m", "64t"))
          .byDefaultSomehow("half of the Java heap")
          .means(
              "what `--store ram` may keep",
              """
              Names, versions and values count, with what they take in memory besides. Writes
              beyond it are refused with 507; reads, and changes that make something smaller, go
              on. At most three quarters of the heap, which is a quarter of the machine's memory
              unless `VOLUTE_JAVA_OPTS` says otherwise (`-Xmx`). The durable store keeps its data
              outside of the heap and is bounded by its disk.
              """);

  private DataKeys() {}

  private static Optional<Mirrors> readMirrors(String text) {
    OptionalLong count = Quantity.NUMBER.read(text);
    return count.isPresent() && count.getAsLong() <= Mirrors.MAX_COUNT
        ? Optional.of(new Mirrors((int) count.getAsLong()))
        : Optional.empty();
  }
}
