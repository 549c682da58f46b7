package io.volute.settings;

import io.volute.identity.HostPort;
import io.volute.identity.Role;
import io.volute.record.Mirrors;
import java.util.List;
import java.util.Optional;

/** The settings of a node: concluded, checked against each other, and from then on fixed. */
public final class Settings {
  private final GivenSettings given;

  private Settings(GivenSettings given) {
    this.given = given;
  }

  /** What holds when nothing is given. */
  public static Settings defaults() {
    return new Settings(GivenSettings.NONE);
  }

  /**
   * Concludes what was given. A flag takes the place of the same setting in the config file; of a
   * repeatable setting it takes the place of all values there.
   */
  public static Settings conclude(GivenSettings flags, GivenSettings configFile)
      throws SettingsException {
    GivenSettings given = flags.over(configFile);
    Settings settings = new Settings(given);
    CrossChecks.check(settings, given);
    return settings;
  }

  /**
   * Refuses settings that this version knows and can't honour yet. Apart from {@link #conclude}, so
   * that programs which only look at settings need not care.
   */
  public void requireHonoured() throws SettingsException {
    for (SettingKey<?> key : SettingKeys.all()) {
      if (key.notYet().isPresent() && !all(key).equals(key.defaults())) {
        throw new SettingsException(
            given.all(key).get(0).shown()
                + ": "
                + key.notYet().get()
                + ", allowed is its default ("
                + key.defaultText()
                + ")");
      }
    }
  }

  /** Whether it was given, with the value of its default or another. */
  public boolean isGiven(SettingKey<?> key) {
    return given.has(key);
  }

  /** All values of a setting: those that were given, else its default. */
  public <T> List<T> all(SettingKey<T> key) {
    return isGiven(key)
        ? given.all(key).stream().map(GivenSettings.Given::value).toList()
        : key.defaults();
  }

  /** The value of a setting; empty when it was not given and has no fixed default. */
  public <T> Optional<T> find(SettingKey<T> key) {
    return all(key).stream().findFirst();
  }

  private <T> T get(SettingKey<T> key) {
    return find(key).orElseThrow();
  }

  /** Where HTTP is served; at least one. */
  public List<ListenAddress> listen() {
    return all(SettingKeys.LISTEN);
  }

  public Optional<ListenAddress> resp() {
    return find(SettingKeys.RESP);
  }

  public long maxValueBytes() {
    return get(SettingKeys.MAX_VALUE);
  }

  public Optional<Long> maxMemoryBytes() {
    return find(SettingKeys.MAX_MEMORY);
  }

  public Optional<String> copyRoot() {
    return find(SettingKeys.COPY_ROOT);
  }

  public boolean accessLog() {
    return get(SettingKeys.ACCESS_LOG);
  }

  public Optional<String> tlsCertFile() {
    return find(SettingKeys.TLS_CERT);
  }

  public Optional<String> tlsKeyFile() {
    return find(SettingKeys.TLS_KEY);
  }

  public Optional<String> tokenFile() {
    return find(SettingKeys.TOKEN_FILE);
  }

  public int port() {
    return get(SettingKeys.PORT);
  }

  /** A host name or literal address, without brackets. */
  public String bind() {
    return get(SettingKeys.BIND);
  }

  /** The address that peers should use, as far as flags say: advertised, else bound. */
  public HostPort peerAddress() {
    return find(SettingKeys.ADVERTISE)
        .orElse(new AdvertisedAddress(bind(), Optional.empty()))
        .at(port());
  }

  /**
   * The address that peers should use where another is known already.
   *
   * @param port goes with an advertised host that has none
   */
  public HostPort peerAddress(HostPort known, int port) {
    return find(SettingKeys.ADVERTISE).map(advertised -> advertised.at(port)).orElse(known);
  }

  /** The membership file. One that {@link #isGiven} must exist, the default one need not. */
  public String membersFile() {
    return find(SettingKeys.MEMBERS).orElse(home() + "/membership");
  }

  public List<HostPort> join() {
    return all(SettingKeys.JOIN);
  }

  /** Whether peers use plain datagrams instead of the reliable transport. */
  public boolean plainDatagrams() {
    return get(SettingKeys.UDP);
  }

  public Optional<String> clusterKeyFile() {
    return find(SettingKeys.CLUSTER_KEY);
  }

  public boolean insecure() {
    return get(SettingKeys.INSECURE);
  }

  public String home() {
    return get(SettingKeys.HOME);
  }

  /** {@code log} or {@code ram}. */
  public String store() {
    return get(SettingKeys.STORE);
  }

  public FsyncPolicy fsync() {
    return get(SettingKeys.FSYNC);
  }

  /** The mirror count of keys whose writer names none; with {@link #cloneEveryKey} always 0. */
  public Mirrors mirrors() {
    return cloneEveryKey() ? Mirrors.CLONE : get(SettingKeys.MIRRORS);
  }

  /** Whether each mirrors value, also one that a writer names, is to be taken as 0. */
  public boolean cloneEveryKey() {
    return get(SettingKeys.CLONE);
  }

  public Role role() {
    return get(SettingKeys.ROLE);
  }

  /** How members watch each other. */
  public NetworkTuning network() {
    return get(SettingKeys.NETWORK_PRESET);
  }

  /** The role, and for a follower what it follows. */
  public Duty duty() {
    return switch (role()) {
      case MEMBER -> Duty.MEMBER;
      case FOLLOWER -> Duty.follower(all(SettingKeys.FOLLOW));
      case PROXY -> Duty.PROXY;
    };
  }

  public long syncIntervalMillis() {
    return get(SettingKeys.SYNC_INTERVAL);
  }
}
