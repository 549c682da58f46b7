package io.volute.codec;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import io.volute.record.Version;

/** The numbers inside messages. None is ever reused or changed, see {@code wire.md}. */
final class Numbers {
  /** What stands for a {@code Command.Change}. */
  enum ChangeKind {
    WRITE,
    DELETE
  }

  /** What stands for an {@code Answer}: only those that a forwarded change can lead to. */
  enum AnswerKind {
    WRITTEN,
    REFUSED
  }

  /** What stands for a {@code Condition}. */
  enum ConditionKind {
    NONE,
    EXISTS,
    ABSENT,
    MATCHES
  }

  static final NumberTable<ChangeKind> CHANGES =
      NumberTable.of(
          "change",
          ChangeKind.class,
          kind ->
              switch (kind) {
                case WRITE -> 1;
                case DELETE -> 2;
              });

  static final NumberTable<AnswerKind> ANSWERS =
      NumberTable.of(
          "answer",
          AnswerKind.class,
          kind ->
              switch (kind) {
                case WRITTEN -> 1;
                case REFUSED -> 2;
              });

  static final NumberTable<ConditionKind> CONDITIONS =
      NumberTable.of(
          "condition",
          ConditionKind.class,
          kind ->
              switch (kind) {
                case NONE -> 0;
                case EXISTS -> 1;
                case ABSENT -> 2;
                case MATCHES -> 3;
              });

  static final NumberTable<AckLevel.Kind> LEVELS =
      NumberTable.of(
          "level",
          AckLevel.Kind.class,
          kind ->
              switch (kind) {
                case DEFAULT -> 0;
                case COUNT -> 1;
                case QUORUM -> 2;
                case ALL -> 3;
                case LOCAL_QUORUM -> 4;
                case EACH_ZONE -> 5;
              });

  static final NumberTable<Version.Kind> VERSION_KINDS =
      NumberTable.of(
          "version kind",
          Version.Kind.class,
          kind ->
              switch (kind) {
                case VALUE -> 1;
                case TOMBSTONE -> 2;
              });

  static final NumberTable<Answer.Reason> REASONS =
      NumberTable.of(
          "reason",
          Answer.Reason.class,
          reason ->
              switch (reason) {
                case BAD_REQUEST -> 1;
                case FORBIDDEN -> 2;
                case TOO_LARGE -> 3;
                case PRECONDITION -> 4;
                case TOO_MANY_SIBLINGS -> 5;
                case UNAVAILABLE -> 6;
                case OVERLOADED -> 7;
                case STORE_FAILED -> 8;
                case CONFLICT -> 9;
              });

  static final NumberTable<Answer.Outcome> OUTCOMES =
      NumberTable.of(
          "outcome",
          Answer.Outcome.class,
          outcome ->
              switch (outcome) {
                case NOT_APPLIED -> 1;
                case UNKNOWN -> 2;
              });

  static final NumberTable<Role> ROLES =
      NumberTable.of(
          "role",
          Role.class,
          role ->
              switch (role) {
                case MEMBER -> 0;
                case FOLLOWER -> 1;
                case PROXY -> 2;
              });

  static final NumberTable<Stage> STAGES =
      NumberTable.of(
          "stage",
          Stage.class,
          stage ->
              switch (stage) {
                case ACTIVE -> 0;
                case LEAVING -> 1;
                case LEFT -> 2;
                case REMOVED -> 3;
              });

  private Numbers() {}
}
