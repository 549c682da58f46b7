package io.volute.codec;

import io.volute.hashing.Partitions;
import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import io.volute.message.Message.HashDigest;
import io.volute.message.Message.LeafSum;
import io.volute.message.Message.PartitionBranches;
import io.volute.message.Message.PartitionSum;
import io.volute.message.Message.RangeKey;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import io.volute.record.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What members that compare their hash trees say to each other. */
final class TreeForm {
  private static final int SUM_FIELDS = 3;
  private static final int BRANCHES_FIELDS = 3;
  private static final int LEAF_FIELDS = 2;
  private static final int HASH_FIELDS = 2;
  private static final int KEY_FIELDS = 2;
  private static final int GROUPS = Partitions.COUNT / Message.GROUP_PARTITIONS;
  private static final long GROUP_BITS = (1L << GROUPS) - 1;
  private static final int MIN_NAME_BYTES = 2;

  private TreeForm() {}

  static void write(Message.CompareGroups message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.anyLong(message.digestKey());
    FieldWriter.check(message.digests().size() == GROUPS, "not all groups");
    longs(message.digests(), GROUPS, out);
  }

  static Message.CompareGroups readCompareGroups(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    long digestKey = in.anyLong();
    List<Long> digests = longs(GROUPS, in);
    FieldReader.check(digests.size() == GROUPS, "not all groups");
    return new Message.CompareGroups(requestId, digestKey, digests);
  }

  static void write(Message.GroupsCompared message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.number(message.differing(), 0, GROUP_BITS);
    out.number(message.strays(), 0, GROUP_BITS);
  }

  static Message.GroupsCompared readGroupsCompared(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    return new Message.GroupsCompared(
        requestId, in.number(0, GROUP_BITS), in.number(0, GROUP_BITS));
  }

  static void write(Message.ComparePartitions message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.anyLong(message.digestKey());
    out.list(message.partitions().size(), WireLimits.MAX_PARTITIONS);
    for (PartitionSum one : message.partitions()) {
      out.array(SUM_FIELDS);
      partition(one.partition(), out);
      mirrors(one.leastMirrors(), out);
      out.anyLong(one.sum());
    }
  }

  static Message.ComparePartitions readComparePartitions(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    long digestKey = in.anyLong();
    int size = in.list(WireLimits.MAX_PARTITIONS, 1 + SUM_FIELDS);
    List<PartitionSum> sums = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      in.array(SUM_FIELDS);
      sums.add(new PartitionSum(partition(in), mirrors(in), in.anyLong()));
    }
    return new Message.ComparePartitions(requestId, digestKey, List.copyOf(sums));
  }

  static void write(Message.PartitionsCompared message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.list(message.partitions().size(), WireLimits.MAX_PARTITIONS);
    for (PartitionBranches one : message.partitions()) {
      out.array(BRANCHES_FIELDS);
      partition(one.partition(), out);
      out.number(one.keyCount(), 0, Long.MAX_VALUE);
      FieldWriter.check(one.branches().size() == Message.BRANCHES, "not all branches");
      longs(one.branches(), Message.BRANCHES, out);
    }
  }

  static Message.PartitionsCompared readPartitionsCompared(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_PARTITIONS, 1 + BRANCHES_FIELDS + Message.BRANCHES);
    List<PartitionBranches> partitions = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      in.array(BRANCHES_FIELDS);
      int partition = partition(in);
      long keyCount = in.number(0, Long.MAX_VALUE);
      List<Long> branches = longs(Message.BRANCHES, in);
      FieldReader.check(branches.size() == Message.BRANCHES, "not all branches");
      partitions.add(new PartitionBranches(partition, keyCount, branches));
    }
    return new Message.PartitionsCompared(requestId, List.copyOf(partitions));
  }

  static void write(Message.CompareLeaves message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.anyLong(message.digestKey());
    partition(message.partition(), out);
    mirrors(message.leastMirrors(), out);
    out.list(message.leaves().size(), Partitions.LEAVES);
    int previous = -1;
    for (LeafSum one : message.leaves()) {
      out.array(LEAF_FIELDS);
      out.number(one.leaf(), previous + 1, Partitions.LEAVES - 1);
      out.anyLong(one.sum());
      previous = one.leaf();
    }
  }

  static Message.CompareLeaves readCompareLeaves(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    long digestKey = in.anyLong();
    int partition = partition(in);
    int mirrors = mirrors(in);
    int size = in.list(Partitions.LEAVES, 1 + LEAF_FIELDS);
    List<LeafSum> leaves = new ArrayList<>(size);
    int previous = -1;
    for (int i = 0; i < size; i++) {
      in.array(LEAF_FIELDS);
      int leaf = (int) in.number(previous + 1, Partitions.LEAVES - 1);
      leaves.add(new LeafSum(leaf, in.anyLong()));
      previous = leaf;
    }
    return new Message.CompareLeaves(requestId, digestKey, partition, mirrors, List.copyOf(leaves));
  }

  static void write(Message.LeavesCompared message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.number(message.coveredBelow(), 0, Partitions.LEAVES);
    out.list(message.leaves().size(), Partitions.LEAVES);
    for (int leaf : message.leaves()) {
      out.number(leaf, 0, Partitions.LEAVES - 1);
    }
    hashes(message.keys(), out);
  }

  static Message.LeavesCompared readLeavesCompared(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    int coveredBelow = (int) in.number(0, Partitions.LEAVES);
    int size = in.list(Partitions.LEAVES, 1);
    List<Integer> leaves = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      leaves.add((int) in.number(0, Partitions.LEAVES - 1));
    }
    return new Message.LeavesCompared(requestId, coveredBelow, List.copyOf(leaves), hashes(in));
  }

  static void write(Message.NameHashes message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.anyLong(message.digestKey());
    partition(message.partition(), out);
    hashes(message.hashes(), out);
  }

  static Message.NameHashes readNameHashes(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    return new Message.NameHashes(requestId, in.anyLong(), partition(in), hashes(in));
  }

  static void write(Message.HashesNamed message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.number(message.answered(), 0, WireLimits.MAX_HASHES);
    out.list(message.names().size(), WireLimits.MAX_HASHES);
    for (Name name : message.names()) {
      out.name(name);
    }
    longs(message.unheld(), WireLimits.MAX_HASHES, out);
  }

  static Message.HashesNamed readHashesNamed(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    int answered = (int) in.number(0, WireLimits.MAX_HASHES);
    int size = in.list(WireLimits.MAX_HASHES, MIN_NAME_BYTES);
    List<Name> names = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      names.add(in.name());
    }
    return new Message.HashesNamed(
        requestId, answered, List.copyOf(names), longs(WireLimits.MAX_HASHES, in));
  }

  static void write(Message.FetchRange message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    partition(message.partition(), out);
    mirrors(message.leastMirrors(), out);
    optional(message.after(), out);
  }

  static Message.FetchRange readFetchRange(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    return new Message.FetchRange(requestId, partition(in), mirrors(in), optional(in));
  }

  static void write(Message.FetchedRange message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.list(message.keys().size(), WireLimits.MAX_NAMES);
    for (RangeKey key : message.keys()) {
      out.array(KEY_FIELDS);
      out.name(key.name());
      out.list(key.versions().size(), WireLimits.MAX_VERSIONS);
      for (FetchedVersion one : key.versions()) {
        out.array(MessageDecoder.CONTENT_FIELDS);
        VersionForm.write(one.version(), out);
        if (one.value().isPresent()) {
          VersionForm.writeValue(one.version(), one.value().get(), out);
        } else {
          out.nil();
        }
      }
    }
    optional(message.next(), out);
  }

  static Message.FetchedRange readFetchedRange(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_NAMES, 1 + MIN_NAME_BYTES + 1);
    List<RangeKey> keys = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      in.array(KEY_FIELDS);
      Name name = in.name();
      int count = in.list(WireLimits.MAX_VERSIONS, VersionForm.MIN_BYTES + 2);
      List<FetchedVersion> versions = new ArrayList<>(count);
      for (int j = 0; j < count; j++) {
        in.array(MessageDecoder.CONTENT_FIELDS);
        Version version = VersionForm.read(in);
        versions.add(new FetchedVersion(version, VersionForm.readOptionalValue(version, in)));
      }
      keys.add(new RangeKey(name, List.copyOf(versions)));
    }
    return new Message.FetchedRange(requestId, List.copyOf(keys), optional(in));
  }

  private static void partition(int partition, FieldWriter out) throws IOException {
    out.number(partition, 0, Partitions.COUNT - 1);
  }

  private static int partition(FieldReader in) throws IOException, MalformedMessageException {
    return (int) in.number(0, Partitions.COUNT - 1);
  }

  private static void mirrors(int width, FieldWriter out) throws IOException {
    out.number(width, 1, MirrorRange.CLONE_WIDTH);
  }

  private static int mirrors(FieldReader in) throws IOException, MalformedMessageException {
    return (int) in.number(1, MirrorRange.CLONE_WIDTH);
  }

  private static void optional(Optional<Name> name, FieldWriter out) throws IOException {
    if (name.isPresent()) {
      out.name(name.get());
    } else {
      out.nil();
    }
  }

  private static Optional<Name> optional(FieldReader in)
      throws IOException, MalformedMessageException {
    return in.skipNil() ? Optional.empty() : Optional.of(in.name());
  }

  private static void longs(List<Long> numbers, int most, FieldWriter out) throws IOException {
    out.list(numbers.size(), most);
    for (long number : numbers) {
      out.anyLong(number);
    }
  }

  private static List<Long> longs(int most, FieldReader in)
      throws IOException, MalformedMessageException {
    int size = in.list(most, 1);
    List<Long> numbers = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      numbers.add(in.anyLong());
    }
    return List.copyOf(numbers);
  }

  private static void hashes(List<HashDigest> hashes, FieldWriter out) throws IOException {
    out.list(hashes.size(), WireLimits.MAX_HASHES);
    for (HashDigest one : hashes) {
      out.array(HASH_FIELDS);
      out.anyLong(one.hash());
      out.anyLong(one.digest());
    }
  }

  private static List<HashDigest> hashes(FieldReader in)
      throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_HASHES, 1 + HASH_FIELDS);
    List<HashDigest> hashes = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      in.array(HASH_FIELDS);
      hashes.add(new HashDigest(in.anyLong(), in.anyLong()));
    }
    return List.copyOf(hashes);
  }
}
