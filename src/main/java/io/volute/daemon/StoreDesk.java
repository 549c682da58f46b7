package io.volute.daemon;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.port.StoreException;
import io.volute.storage.BackupResult;
import io.volute.storage.ScrubProgress;
import io.volute.storage.StoreEngine;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Carries out what operators ask about the files of this node. For the kernel's thread. */
final class StoreDesk {
  private final StoreEngine store;
  private final BackupDirectory backups;

  StoreDesk(StoreEngine store, BackupDirectory backups) {
    this.store = store;
    this.backups = backups;
  }

  void onCommand(Command.Upkeep command, Consumer<Answer> reply) {
    try {
      if (command instanceof Command.Scrub scrub) {
        scrub(scrub, reply);
      } else if (command instanceof Command.Backup backup) {
        backup(backup.label(), reply);
      }
    } catch (StoreException e) {
      refuse(reply, Answer.Reason.STORE_FAILED, e.getMessage());
    }
  }

  private static void refuse(Consumer<Answer> reply, Answer.Reason reason, String explanation) {
    reply.accept(Answer.Refused.notApplied(reason, explanation));
  }

  private static void refuseWithoutFiles(Consumer<Answer> reply) {
    refuse(
        reply,
        Answer.Reason.CONFLICT,
        "--store ram keeps nothing on the disk, allowed are stores that do");
  }

  private void scrub(Command.Scrub scrub, Consumer<Answer> reply) throws StoreException {
    if (scrub.begin() && !store.beginScrub()) {
      refuseWithoutFiles(reply);
      return;
    }
    ScrubProgress now = store.scrubProgress();
    reply.accept(
        new Answer.Scrubbed(
            now.rounds(),
            now.underWay(),
            now.bytesRead(),
            now.bytesTotal(),
            now.keysChecked(),
            now.damagedPlaces(),
            now.damagedVersions(),
            now.places()));
  }

  private void backup(String label, Consumer<Answer> reply) throws StoreException {
    if (backups.exists(label)) {
      refuse(
          reply,
          Answer.Reason.CONFLICT,
          "there is a backup '" + label + "' already, allowed is another label");
      return;
    }
    Path draft = backups.draft(label);
    boolean begun =
        store.beginBackup(
            draft.resolve(BackupDirectory.STORE), result -> complete(label, result, reply));
    if (!begun) {
      refuseWithoutFiles(reply);
    }
  }

  /** The rest is file work as well, and not for this thread. */
  private void complete(String label, BackupResult result, Consumer<Answer> reply) {
    if (!result.isWhole()) {
      refuse(reply, Answer.Reason.STORE_FAILED, "the backup is not whole: " + result.failure());
      return;
    }
    Thread thread =
        new Thread(
            () -> {
              try {
                Path directory = backups.complete(label);
                reply.accept(
                    new Answer.BackedUp(directory.toString(), result.files(), result.bytes()));
              } catch (StoreException e) {
                refuse(reply, Answer.Reason.STORE_FAILED, e.getMessage());
              }
            },
            "volute-backup");
    thread.setDaemon(true);
    thread.start();
  }
}
