package io.volute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.identity.NodeId;
import io.volute.membership.MembershipFile;
import io.volute.settings.CommandLine;
import io.volute.settings.GivenSettings;
import io.volute.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerPlaceTest {
  private static final NodeId NODE = new NodeId("a");
  private static final String FILE = "a 127.0.0.1:7 zone=east weight=2\nb 127.0.0.1:8\n";

  private static PeerPlace place(String file, String... flags) throws Exception {
    Settings settings =
        Settings.conclude(CommandLine.parse(Arrays.asList(flags)).given(), GivenSettings.NONE);
    Optional<MembershipFile> members =
        file.isEmpty()
            ? Optional.empty()
            : Optional.of(MembershipFile.parse("file", file.getBytes(StandardCharsets.UTF_8)));
    return PeerPlace.conclude(settings, members, NODE);
  }

  private static String self(PeerPlace place) {
    return place.members().self().address().toString();
  }

  @Test
  void shouldTakeTheAddressFromTheFileWhereNoFlagSaysOtherwise() throws Exception {
    PeerPlace place = place(FILE);
    assertEquals("127.0.0.1:7", self(place));
    assertEquals(7, place.port());
    assertEquals("127.0.0.1", place.bindHost());
  }

  @Test
  void shouldListenAtThePortOfTheFlag() throws Exception {
    PeerPlace place = place(FILE, "--port", "9");
    assertEquals("127.0.0.1:7", self(place));
    assertEquals(9, place.port());
  }

  @Test
  void shouldAdvertiseWhatTheFlagSaysThoughTheFileSaysOtherwise() throws Exception {
    PeerPlace place = place(FILE, "--advertise", "node");
    assertEquals("node:7", self(place));
    assertEquals("node:70", self(place(FILE, "--advertise", "node:70")));
    assertEquals("node:9", self(place(FILE, "--port", "9", "--advertise", "node")));
    assertEquals("127.0.0.1", place.bindHost());
    assertEquals(2, place.members().self().weight());
    assertEquals(Optional.of("east"), place.members().self().zone());
    assertEquals(1, place.members().peers().size());
  }

  @Test
  void shouldAdvertiseTheFlagWithoutAFile() throws Exception {
    assertEquals("node:9", self(place("", "--port", "9", "--advertise", "node")));
  }
}
