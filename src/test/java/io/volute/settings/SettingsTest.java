package io.volute.settings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.HostPort;
import io.volute.identity.Role;
import io.volute.record.Mirrors;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static Settings settings(String arguments) throws SettingsException {
    List<String> flags = arguments.isEmpty() ? List.of() : List.of(arguments.split(" ", -1));
    return Settings.conclude(CommandLine.parse(flags).given(), GivenSettings.NONE);
  }

  private static String refusal(String arguments) {
    return assertThrows(SettingsException.class, () -> settings(arguments)).getMessage();
  }

  @Test
  void shouldHaveTheDocumentedDefaultsWhenNothingIsGiven() throws SettingsException {
    Settings settings = settings("");
    assertEquals("[localhost:1592]", settings.listen().toString());
    assertEquals(1593, settings.port());
    assertEquals("127.0.0.1", settings.bind());
    assertEquals(new HostPort("127.0.0.1", 1593), settings.peerAddress());
    assertEquals("./volute-data", settings.home());
    assertEquals("./volute-data/membership", settings.membersFile());
    assertEquals(List.of(), settings.join());
    assertEquals(new Mirrors(3), settings.mirrors());
    assertEquals("log", settings.store());
    assertEquals(FsyncPolicy.ALWAYS, settings.fsync());
    assertEquals(2000, settings.syncIntervalMillis());
    assertEquals(4L << 30, settings.maxValueBytes());
    assertEquals(Role.MEMBER, settings.role());
    assertEquals(Optional.empty(), settings.resp());
    assertEquals(Optional.empty(), settings.clusterKeyFile());
    assertEquals(Optional.empty(), settings.tokenFile());
    assertEquals(Optional.empty(), settings.tlsCertFile());
    assertEquals(Optional.empty(), settings.tlsKeyFile());
    assertEquals(Optional.empty(), settings.copyRoot());
    assertEquals(Optional.empty(), settings.maxMemoryBytes());
    assertFalse(settings.plainDatagrams() || settings.insecure() || settings.cloneEveryKey());
    assertDoesNotThrow(settings::requireHonoured);
  }

  @Test
  void shouldDeriveWhenOneSettingFollowsFromOthers() throws SettingsException {
    assertEquals("/d/membership", settings("--home /d").membersFile());
    assertEquals("/m", settings("--home /d --members /m").membersFile());
    assertEquals(new HostPort("node", 7), settings("-p 7 --advertise node").peerAddress());
    assertEquals(new HostPort("node", 8), settings("-p 7 --advertise node:8").peerAddress());
    assertEquals(Mirrors.CLONE, settings("--clone --mirrors 5").mirrors());
    assertEquals(new FsyncPolicy.Within(250), settings("--fsync 250ms").fsync());
    assertEquals(FsyncPolicy.NEVER, settings("--fsync never").fsync());
    assertEquals(Role.PROXY, settings("--role proxy").role());
    assertEquals(Duty.PROXY, settings("--role proxy").duty());
    assertEquals(List.of(""), settings("--role follower").duty().follows());
    assertEquals(
        List.of("a/", "b"), settings("--role follower --follow a/ --follow b").duty().follows());
  }

  @Test
  void shouldRefuseOpenPeersWhenThereIsNoClusterKey() throws SettingsException {
    assertEquals(
        "--bind '0.0.0.0': without --cluster-key allowed is loopback (localhost, 127.0.0.0/8 or"
            + " ::1), or anything with --insecure",
        refusal("--bind 0.0.0.0"));
    assertEquals("0.0.0.0", settings("--bind 0.0.0.0 --insecure").bind());
    assertEquals("0.0.0.0", settings("--bind 0.0.0.0 --cluster-key k").bind());
    assertEquals("::1", settings("--bind [::1]").bind());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--listen", "--resp"})
  void shouldRefuseOpenDoorWhenThereIsNoTokenFile(String door) {
    assertEquals(
        door
            + " '10.0.0.1:80': without --token-file allowed is a unix socket or loopback"
            + " (localhost, 127.0.0.0/8 or ::1), or anything with --insecure",
        refusal(door + " 10.0.0.1:80"));
    assertDoesNotThrow(() -> settings(door + " 10.0.0.1:80 --insecure"));
    assertDoesNotThrow(() -> settings(door + " 10.0.0.1:80 --token-file t"));
    assertDoesNotThrow(() -> settings(door + " /run/v.sock"));
    assertDoesNotThrow(() -> settings(door + " 127.0.0.1:80"));
  }

  @Test
  void shouldNameTheOpenOneWhenOnlyOneOfSeveralDoorsIsOpen() {
    assertTrue(refusal("-l ./v.sock -l a:1 -l localhost:2").startsWith("--listen 'a:1': "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--tls-cert c | --tls-cert 'c': allowed is only together with --tls-key",
        "--tls-key k | --tls-key 'k': allowed is only together with --tls-cert",
        "--resp localhost:1592 | --resp 'localhost:1592': allowed is another address than --listen"
            + " has",
        "-l 1592 | --listen '1592': allowed is HOST:PORT with a port from 1 to 65535, IPv6 in"
            + " [brackets], or a path of at most 106 bytes with /",
        "--cluster-key k --udp | --cluster-key 'k': allowed is only without --udp, whose datagrams"
            + " are not sealed",
        "--follow a --role proxy | --follow 'a': allowed is only together with --role follower",
      })
  void shouldRefuseWhenSettingsDoNotGoTogether(String arguments, String line) {
    assertEquals(line, refusal(arguments));
  }

  @Test
  void shouldRefuseASocketPathThatNoSocketCanHave() {
    String longest = "/" + "s".repeat(105);
    assertDoesNotThrow(() -> settings("-l " + longest));
    String line = refusal("-l " + longest + "s");
    assertTrue(line.startsWith("--listen '" + longest + "s': allowed is "), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tls-cert c --tls-key k", "--role proxy", "--join a:1"})
  void shouldHonourEverySetting(String arguments) throws SettingsException {
    assertDoesNotThrow(settings(arguments)::requireHonoured);
  }

  @Test
  void shouldAcceptDefaultWhenItIsGivenForASettingThatIsNotYetHonoured() throws SettingsException {
    assertDoesNotThrow(settings("--role member")::requireHonoured);
  }

  @Test
  void shouldRefuseTuningWhenItsTimesContradictEachOther() {
    Tuning sound = Tuning.DEFAULT;
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Tuning(
                sound.operationDeadlineMillis(),
                sound.resendFirstMillis(),
                sound.resendMostMillis(),
                sound.operationDeadlineMillis(),
                sound.siblingsLimit(),
                sound.operationsLimit(),
                sound.hintsLimit(),
                sound.sweepPageKeys(),
                sound.mailboxCapacity()));
  }

  @Test
  void shouldRefuseAPresetWhoseTimesContradictEachOther() {
    assertEquals("lan", NetworkTuning.parse("lan").orElseThrow().toString());
    assertTrue(NetworkTuning.parse("moon").isEmpty());
    assertThrows(
        IllegalArgumentException.class,
        () -> new NetworkTuning("odd", 200, 300, 1000, 3, 3, 4, 4, 6, 1500, 5000));
  }
}
