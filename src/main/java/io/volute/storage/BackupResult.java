package io.volute.storage;

/**
 * What has come of a backup.
 *
 * @param failure one line; empty when it is whole
 * @param files that it consists of
 * @param bytes in these files; those that could be linked take no room of their own
 */
public record BackupResult(String failure, long files, long bytes) {
  /** Whether everything is there. */
  public boolean isWhole() {
    return failure.isEmpty();
  }

  static BackupResult failed(String why) {
    return new BackupResult(why, 0, 0);
  }
}
