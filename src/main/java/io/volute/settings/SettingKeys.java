package io.volute.settings;

import io.volute.identity.HostPort;
import io.volute.identity.Role;
import io.volute.record.Mirrors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table of all settings, in the order in which the help and the reference page show them. What
 * each of them means is said where it is declared, in the three parts of the table.
 *
 * <p>A new setting is a new constant in one of the parts and an entry here; flags, config file,
 * help and reference page follow.
 */
public final class SettingKeys {
  public static final SettingKey<ListenAddress> LISTEN = ClientKeys.LISTEN;
  public static final SettingKey<ListenAddress> RESP = ClientKeys.RESP;
  public static final SettingKey<String> TLS_CERT = ClientKeys.TLS_CERT;
  public static final SettingKey<String> TLS_KEY = ClientKeys.TLS_KEY;
  public static final SettingKey<String> TOKEN_FILE = ClientKeys.TOKEN_FILE;
  public static final SettingKey<String> COPY_ROOT = ClientKeys.COPY_ROOT;
  public static final SettingKey<Boolean> ACCESS_LOG = ClientKeys.ACCESS_LOG;
  public static final SettingKey<Long> MAX_VALUE = ClientKeys.MAX_VALUE;

  public static final SettingKey<Integer> PORT = PeerKeys.PORT;
  public static final SettingKey<String> BIND = PeerKeys.BIND;
  public static final SettingKey<AdvertisedAddress> ADVERTISE = PeerKeys.ADVERTISE;
  public static final SettingKey<String> MEMBERS = PeerKeys.MEMBERS;
  public static final SettingKey<HostPort> JOIN = PeerKeys.JOIN;
  public static final SettingKey<Boolean> UDP = PeerKeys.UDP;
  public static final SettingKey<String> CLUSTER_KEY = PeerKeys.CLUSTER_KEY;
  public static final SettingKey<NetworkTuning> NETWORK_PRESET = PeerKeys.NETWORK_PRESET;
  public static final SettingKey<Boolean> INSECURE = PeerKeys.INSECURE;

  public static final SettingKey<String> HOME = DataKeys.HOME;
  public static final SettingKey<String> STORE = DataKeys.STORE;
  public static final SettingKey<FsyncPolicy> FSYNC = DataKeys.FSYNC;
  public static final SettingKey<Mirrors> MIRRORS = DataKeys.MIRRORS;
  public static final SettingKey<Boolean> CLONE = DataKeys.CLONE;
  public static final SettingKey<Role> ROLE = DataKeys.ROLE;
  public static final SettingKey<String> FOLLOW = DataKeys.FOLLOW;
  public static final SettingKey<Long> SYNC_INTERVAL = DataKeys.SYNC_INTERVAL;
  public static final SettingKey<Long> MAX_MEMORY = DataKeys.MAX_MEMORY;

  /** Settings that belong together. */
  public record Group(String title, List<SettingKey<?>> keys) {}

  public static final List<Group> GROUPS =
      List.of(
          new Group(
              "Clients",
              List.of(
                  LISTEN, RESP, TLS_CERT, TLS_KEY, TOKEN_FILE, COPY_ROOT, ACCESS_LOG, MAX_VALUE)),
          new Group(
              "Peers",
              List.of(
                  PORT,
                  BIND,
                  ADVERTISE,
                  MEMBERS,
                  JOIN,
                  NETWORK_PRESET,
                  UDP,
                  CLUSTER_KEY,
                  INSECURE)),
          new Group(
              "Data",
              List.of(
                  HOME, STORE, FSYNC, MIRRORS, CLONE, ROLE, FOLLOW, SYNC_INTERVAL, MAX_MEMORY)));

  private static final Map<String, SettingKey<?>> BY_NAME = new LinkedHashMap<>();

  static {
    for (Group group : GROUPS) {
      for (SettingKey<?> key : group.keys()) {
        BY_NAME.put(key.name(), key);
      }
    }
  }

  private SettingKeys() {}

  /** All of them, in order. */
  public static List<SettingKey<?>> all() {
    return List.copyOf(BY_NAME.values());
  }

  public static Optional<SettingKey<?>> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** The setting of {@code -l} and the like. */
  public static Optional<SettingKey<?>> withShortForm(char letter) {
    return BY_NAME.values().stream()
        .filter(key -> key.shortForm().filter(form -> form == letter).isPresent())
        .findFirst();
  }
}
