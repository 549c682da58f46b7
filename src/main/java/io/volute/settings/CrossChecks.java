package io.volute.settings;

import io.volute.identity.Role;
import java.util.List;

/** What settings must satisfy together, beyond each being in its own range. */
final class CrossChecks {
  private CrossChecks() {}

  static void check(Settings settings, GivenSettings given) throws SettingsException {
    checkPeersAreGuarded(settings, given);
    checkClientsAreGuarded(settings, given, SettingKeys.LISTEN);
    checkClientsAreGuarded(settings, given, SettingKeys.RESP);
    checkTogether(given, SettingKeys.TLS_CERT, SettingKeys.TLS_KEY);
    checkTogether(given, SettingKeys.TLS_KEY, SettingKeys.TLS_CERT);
    checkDoorsDiffer(settings, given);
    checkKeyIsUsed(settings, given);
    checkFollowing(settings, given);
  }

  private static void checkPeersAreGuarded(Settings settings, GivenSettings given)
      throws SettingsException {
    if (settings.insecure()
        || given.has(SettingKeys.CLUSTER_KEY)
        || Loopback.isLoopback(settings.bind())) {
      return;
    }
    throw new SettingsException(
        shown(given, SettingKeys.BIND, 0)
            + ": without --cluster-key allowed is "
            + Loopback.RULE
            + ", or anything with --insecure");
  }

  private static void checkClientsAreGuarded(
      Settings settings, GivenSettings given, SettingKey<ListenAddress> door)
      throws SettingsException {
    if (settings.insecure() || given.has(SettingKeys.TOKEN_FILE)) {
      return;
    }
    List<ListenAddress> addresses = settings.all(door);
    for (int i = 0; i < addresses.size(); i++) {
      if (!addresses.get(i).isPrivate()) {
        throw new SettingsException(
            shown(given, door, i)
                + ": without --token-file allowed is a unix socket or "
                + Loopback.RULE
                + ", or anything with --insecure");
      }
    }
  }

  private static void checkTogether(
      GivenSettings given, SettingKey<String> key, SettingKey<String> other)
      throws SettingsException {
    if (given.has(key) && !given.has(other)) {
      throw new SettingsException(
          shown(given, key, 0) + ": allowed is only together with " + other.flag());
    }
  }

  private static void checkDoorsDiffer(Settings settings, GivenSettings given)
      throws SettingsException {
    for (ListenAddress address : settings.all(SettingKeys.RESP)) {
      if (settings.listen().contains(address)) {
        throw new SettingsException(
            shown(given, SettingKeys.RESP, 0) + ": allowed is another address than --listen has");
      }
    }
  }

  private static void checkKeyIsUsed(Settings settings, GivenSettings given)
      throws SettingsException {
    if (given.has(SettingKeys.CLUSTER_KEY) && settings.plainDatagrams()) {
      throw new SettingsException(
          shown(given, SettingKeys.CLUSTER_KEY, 0)
              + ": allowed is only without --udp, whose datagrams are not sealed");
    }
  }

  private static void checkFollowing(Settings settings, GivenSettings given)
      throws SettingsException {
    int count = settings.all(SettingKeys.FOLLOW).size();
    if (count > 0 && settings.role() != Role.FOLLOWER) {
      throw new SettingsException(
          shown(given, SettingKeys.FOLLOW, 0) + ": allowed is only together with --role follower");
    }
    if (count > Duty.MAX_FOLLOWED) {
      throw new SettingsException(
          shown(given, SettingKeys.FOLLOW, Duty.MAX_FOLLOWED)
              + ": is one too many, allowed are "
              + Duty.MAX_FOLLOWED);
    }
  }

  /** A value as it was given; defaults break no rule, so there is one. */
  private static String shown(GivenSettings given, SettingKey<?> key, int index) {
    return given.all(key).get(index).shown();
  }
}
