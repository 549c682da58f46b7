package io.volute.kernel;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.coordination.Lister;
import io.volute.coordination.Reader;
import io.volute.identity.Actor;
import io.volute.identity.MemberRecord;
import io.volute.membership.Membership;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The keys of the system: {@code .membership/UID}, one for each member, whose value is the line
 * that a membership file would have for it.
 *
 * <p>They are not stored. Gossip keeps what is known of members, and this shows it: each member is
 * every member's own copy, so reads ask nobody. A new life of a member is a new version, which is
 * the same wherever it is known.
 */
final class SystemKeys {
  private static final String PREFIX = ".membership/";
  private static final String CONTENT_TYPE = "text/plain; charset=utf-8";

  private final Membership membership;
  private final Reader reader;
  private final Lister lister;

  SystemKeys(Membership membership, Reader reader, Lister lister) {
    this.membership = membership;
    this.reader = reader;
    this.lister = lister;
  }

  /** Answers for keys of the system; all others are read as ever. */
  void onRead(Command.Read read, Consumer<Answer> reply) {
    if (read.name().isSystem()) {
      reply.accept(answer(read));
    } else {
      reader.onRead(read, reply);
    }
  }

  /** Adds the keys of the system to a page, where they are asked for. */
  void onList(Command.ListKeys list, Consumer<Answer> reply) {
    lister.onList(
        list,
        answer ->
            reply.accept(
                list.system() && answer instanceof Answer.KeyPage page
                    ? withSystem(list, page)
                    : answer));
  }

  private Answer answer(Command.Read read) {
    String uid = read.name().toString().substring(PREFIX.length());
    Optional<MemberRecord> member =
        membership.all().stream().filter(one -> one.id().text().equals(uid)).findFirst();
    Optional<CausalContext> known = member.map(one -> version(one).context());
    if (read.atLeast().isPresent()
        && !known.map(one -> one.covers(read.atLeast().get())).orElse(false)) {
      return new Answer.Refused(
          Answer.Reason.UNAVAILABLE,
          "what is known here of that member is older than 'version'",
          Answer.Outcome.NOT_APPLIED,
          1000);
    }
    if (member.isEmpty()) {
      return new Answer.NotFound(CausalContext.EMPTY, 1, 1);
    }
    Optional<Value> value =
        read.values() == Command.Values.NONE
            ? Optional.empty()
            : Optional.of(Value.of(line(member.get())));
    return new Answer.Found(
        List.of(new Answer.Sibling(version(member.get()), value)),
        VersionSet.of(version(member.get())),
        1,
        1);
  }

  private Answer withSystem(Command.ListKeys list, Answer.KeyPage page) {
    List<Answer.KeyLine> lines = new ArrayList<>(page.lines());
    for (MemberRecord member : membership.all()) {
      Name name = Name.of(PREFIX + member.id().text());
      boolean behind = list.after().map(after -> name.compareTo(after) > 0).orElse(true);
      boolean before = page.next().map(next -> name.compareTo(next) <= 0).orElse(true);
      if (behind && before && name.startsWith(list.prefix())) {
        lines.add(new Answer.KeyLine(name, List.of(version(member))));
      }
    }
    lines.sort(Comparator.comparing(Answer.KeyLine::name));
    if (lines.size() <= list.limit()) {
      return new Answer.KeyPage(List.copyOf(lines), page.next());
    }
    List<Answer.KeyLine> first = List.copyOf(lines.subList(0, list.limit()));
    return new Answer.KeyPage(first, Optional.of(first.get(first.size() - 1).name()));
  }

  private static Version version(MemberRecord member) {
    return new Version(
        new Dot(new Actor(member.id(), member.incarnation()), 1),
        CausalContext.EMPTY,
        Version.Kind.VALUE,
        Mirrors.CLONE,
        0,
        Version.NEVER,
        CONTENT_TYPE,
        line(member).length);
  }

  private static byte[] line(MemberRecord member) {
    return (member.entry() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
