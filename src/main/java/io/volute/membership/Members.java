package io.volute.membership;

import io.volute.hashing.Hash64;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What this node knows of every member, gone ones included, and the {@link Roster} that follows
 * from it. The newest word of each member wins, so knowledge spreads in any order, any number of
 * times, to the same result. Used by the kernel's thread only.
 */
public final class Members {
  /** Gone members are remembered so that old news of them doesn't bring them back. */
  static final int MAX_GONE = 1024;

  /** What became of a piece of news. */
  enum Verdict {
    /** It was new here. */
    LEARNED,
    /** It was known. */
    KNOWN,
    /** Something newer is known. */
    OUTDATED,
    /** There are too many members. */
    TOO_MANY
  }

  private final NodeId self;
  private final SortedMap<NodeId, MemberRecord> records = new TreeMap<>();
  private final SortedMap<NodeId, Long> hashes = new TreeMap<>();
  private final List<Roster.Observer> observers = new ArrayList<>();
  private Roster roster;
  private long digest;

  /** How many are in the roster. */
  private int present;

  /**
   * @param role of this node
   * @param peers what is known of others from files; hearsay gives way to what was learned
   */
  public Members(MemberEntry self, Role role, Collection<MemberEntry> peers) {
    this.self = self.id();
    peers.forEach(peer -> put(MemberRecord.hearsay(peer)));
    put(new MemberRecord(self, role, Stage.ACTIVE, 0, 0, 0));
    conclude();
  }

  public void observe(Roster.Observer observer) {
    observers.add(observer);
  }

  public Roster roster() {
    return roster;
  }

  /** Equal for equal knowledge, whatever order it came in. */
  long digest() {
    return digest;
  }

  public MemberRecord own() {
    return records.get(self);
  }

  public Optional<MemberRecord> find(NodeId id) {
    return Optional.ofNullable(records.get(id));
  }

  /** All records, gone members included, in the order of names. */
  public List<MemberRecord> all() {
    return List.copyOf(records.values());
  }

  /** A digest of what is known of some members, equal for equal knowledge. */
  long digest(Collection<MemberRecord> some) {
    long sum = 0;
    for (MemberRecord record : some) {
      sum += hashes.get(record.id());
    }
    return sum;
  }

  /** The records of names in a range, in order. */
  List<MemberRecord> range(Optional<NodeId> after, Optional<NodeId> upTo) {
    SortedMap<NodeId, MemberRecord> range = records;
    if (after.isPresent()) {
      range = range.tailMap(after.get());
    }
    List<MemberRecord> found = new ArrayList<>();
    for (MemberRecord record : range.values()) {
      if (upTo.isPresent() && record.id().compareTo(upTo.get()) > 0) {
        break;
      }
      if (after.isEmpty() || !record.id().equals(after.get())) {
        found.add(record);
      }
    }
    return found;
  }

  /** Takes in what was said of another member. */
  Verdict learn(MemberRecord said) {
    Verdict verdict = note(said);
    if (verdict == Verdict.LEARNED) {
      conclude();
    }
    return verdict;
  }

  /** Takes in several words at once; the verdicts are in their order. */
  List<Verdict> learnAll(List<MemberRecord> words) {
    List<Verdict> verdicts = new ArrayList<>(words.size());
    for (MemberRecord said : words) {
      verdicts.add(note(said));
    }
    if (verdicts.contains(Verdict.LEARNED)) {
      conclude();
    }
    return verdicts;
  }

  private Verdict note(MemberRecord said) {
    assert !said.id().equals(self) : said;
    MemberRecord known = records.get(said.id());
    if (known == null && records.size() >= MembershipFile.MAX_MEMBERS + MAX_GONE) {
      return Verdict.TOO_MANY;
    }
    if (known == null && said.stage().isPresent() && present >= MembershipFile.MAX_MEMBERS) {
      return Verdict.TOO_MANY;
    }
    if (known != null && !said.isNewerThan(known)) {
      return known.equals(said) ? Verdict.KNOWN : Verdict.OUTDATED;
    }
    put(said);
    return Verdict.LEARNED;
  }

  private void put(MemberRecord record) {
    MemberRecord before = records.put(record.id(), record);
    long hash = Hash64.of(record.toString().getBytes(StandardCharsets.UTF_8), 0);
    Long hashBefore = hashes.put(record.id(), hash);
    digest += hash - (hashBefore == null ? 0 : hashBefore);
    present += countOf(record) - (before == null ? 0 : countOf(before));
  }

  private int countOf(MemberRecord record) {
    return isPresent(record) ? 1 : 0;
  }

  private boolean isPresent(MemberRecord record) {
    return record.stage().isPresent() || record.id().equals(self);
  }

  /** Says something new of this node itself. */
  void speak(UnaryOperator<MemberRecord> word) {
    MemberRecord before = own();
    MemberRecord next = word.apply(before);
    assert next.id().equals(self) && next.isNewerThan(before) : next + " after " + before;
    put(next);
    conclude();
  }

  /** Begins anew as a cluster of one, under this incarnation. */
  void forgetOthers(long incarnation) {
    MemberEntry entry = own().entry();
    Role role = own().role();
    records.clear();
    hashes.clear();
    digest = 0;
    present = 0;
    put(new MemberRecord(entry, role, Stage.ACTIVE, incarnation, 1, 0));
    conclude();
  }

  private void conclude() {
    SortedMap<NodeId, MemberRecord> those = new TreeMap<>();
    for (MemberRecord record : records.values()) {
      if (isPresent(record)) {
        those.put(record.id(), record);
      }
    }
    Roster before = roster;
    roster = new Roster(self, those);
    if (before != null) {
      List.copyOf(observers).forEach(observer -> observer.onRosterChanged(before, roster));
    }
  }
}
