package io.volute.daemon;

import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.membership.MembershipFile;
import io.volute.settings.Loopback;
import io.volute.settings.SettingKeys;
import io.volute.settings.Settings;
import java.util.List;
import java.util.Optional;

/**
 * Where this node hears its peers, and the members that it starts with. What a flag says holds;
 * what none says is taken from this node's entry in the membership file.
 */
record PeerPlace(MembershipFile members, String bindHost, int port) {
  static PeerPlace conclude(Settings settings, Optional<MembershipFile> file, NodeId node)
      throws StartException {
    if (file.isEmpty()) {
      MemberEntry self =
          new MemberEntry(
              node, settings.peerAddress(), Optional.empty(), MemberEntry.DEFAULT_WEIGHT);
      return new PeerPlace(new MembershipFile(self, List.of()), settings.bind(), settings.port());
    }
    MemberEntry entry = file.get().self();
    HostPort own = entry.address();
    int port = settings.isGiven(SettingKeys.PORT) ? settings.port() : own.port();
    HostPort advertised = settings.peerAddress(own, port);
    MemberEntry self = new MemberEntry(entry.id(), advertised, entry.zone(), entry.weight());
    MembershipFile members = new MembershipFile(self, file.get().peers());
    if (settings.isGiven(SettingKeys.BIND)) {
      return new PeerPlace(members, settings.bind(), port);
    }
    if (!settings.insecure()
        && !settings.isGiven(SettingKeys.CLUSTER_KEY)
        && !Loopback.isLoopback(own.host())) {
      throw new StartException(
          StartException.EXIT_BAD_INPUT,
          "--members "
              + settings.membersFile()
              + ": this node's address "
              + own
              + ": without --cluster-key allowed is "
              + Loopback.RULE
              + ", or anything with --insecure",
          null);
    }
    return new PeerPlace(members, own.host(), port);
  }
}
