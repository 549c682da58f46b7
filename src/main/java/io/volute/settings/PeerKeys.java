package io.volute.settings;

import static io.volute.settings.SettingKey.many;
import static io.volute.settings.SettingKey.one;
import static io.volute.settings.SettingKey.toggle;

import io.volute.identity.HostPort;

/** The settings of how members find and talk to each other. */
final class PeerKeys {
  static final SettingKey<Integer> PORT =
      one("port", "N", ValueForm.number(1, 65535, "UDP port"))
          .shortForm('p')
          .byDefault("1593")
          .means(
              "UDP port for peers",
              """
              One port carries all peer traffic, so one hole in a firewall is enough. The default
              is the one after the clients' port.
              """);

  static final SettingKey<String> BIND =
      one("bind", "HOST", ValueForm.host())
          .byDefault("127.0.0.1")
          .means(
              "address of this machine at which peers are heard",
              """
              Loopback by default. Anything else needs `cluster-key`, or `insecure`: whoever can
              send to an open peer port can change every key.
              """);

  static final SettingKey<AdvertisedAddress> ADVERTISE =
      one(
              "advertise",
              "HOST[:PORT]",
              ValueForm.of(AdvertisedAddress.RULE, AdvertisedAddress::parse))
          .byDefaultSomehow(
              "this node's address in the membership file, else the bind address and port")
          .means(
              "address that peers should use for this node",
              """
              Needed where the address that is bound is not the one that others reach, as behind
              address translation or with `bind` 0.0.0.0. Otherwise the bound address is right.
              It comes before the address that the membership file gives this node.
              """);

  static final SettingKey<String> MEMBERS =
      one("members", "FILE", ValueForm.path())
          .byDefaultSomehow("HOME/membership")
          .means(
              "the flat membership file: this node first, then its peers",
              """
              See [the membership file](membership-file.md). In the home directory by default, so
              that a home can be moved as a whole. Only a file that is named here must exist. It is
              read and never written.
              """);

  static final SettingKey<HostPort> JOIN =
      many("join", "HOST:PORT", ValueForm.hostPort())
          .means(
              "a live member to ask to be taken in",
              """
              One is enough, more help when one is down. A node that knows no member yet waits for
              the first to answer before it serves, for up to 3 s; then it goes on by itself. None
              by default: a node alone is a whole cluster.
              """);

  static final SettingKey<NetworkTuning> NETWORK_PRESET =
      one("network-preset", "NAME", ValueForm.of(NetworkTuning.RULE, NetworkTuning::parse))
          .byDefault("lan")
          .means(
              "how patiently members watch each other: local, lan or wan",
              """
              For members on one machine, in one site, or in several. It sets how often peers are
              probed and how long they may take to answer, see
              [how members watch each other](../internals/membership.md). The default notices a lost
              member within two seconds. All members should agree, but nothing breaks while they
              don't.
              """);

  static final SettingKey<Boolean> UDP =
      toggle("udp")
          .means(
              "plain datagrams between peers instead of the reliable transport",
              """
              Off by default: the reliable transport resends what is lost and slows down before it
              overloads a network. Plain datagrams suit small values on a quiet network; a value
              that does not fit in one is refused, and what is lost is mended by anti-entropy. All
              members must agree.
              """);

  static final SettingKey<String> CLUSTER_KEY =
      one("cluster-key", "FILE", ValueForm.path())
          .byDefaultSomehow("none, peer traffic is only checksummed")
          .means(
              "shared secret of 32 bytes or more: peer traffic is encrypted and authenticated",
              """
              None by default, since nodes of one machine need none. Without it peers may bind only
              loopback, unless `insecure` is set. The file holds bytes, or text with a key a line;
              of two lines the first is used and both are accepted. To change the key, give every
              member the new one as its second line, then as its first, then alone, with a restart
              each time. Not together with `udp`, which seals nothing.
              """);

  static final SettingKey<Boolean> INSECURE =
      toggle("insecure")
          .means(
              "allow open addresses without a cluster key and a token file",
              """
              Off by default, so that an open port is somebody's decision. Set it where something
              else keeps strangers away, such as a private network.
              """);

  private PeerKeys() {}
}
