package io.volute.settings;

import static io.volute.settings.SettingKey.many;
import static io.volute.settings.SettingKey.one;

/** The settings of what clients see. */
final class ClientKeys {
  static final SettingKey<ListenAddress> LISTEN =
      many("listen", "ADDR", ValueForm.of(ListenAddress.RULE, ListenAddress::parse))
          .shortForm('l')
          .byDefault("localhost:1592")
          .means(
              "where HTTP is served: over TCP, or over a unix domain socket for a path",
              """
              Only loopback by default: a fresh node must not be open to a network before somebody
              decided so. A unix domain socket is made with mode 0600; a stale socket file is
              replaced, one that is in use is refused. Giving an address replaces the default.
              """);

  static final SettingKey<ListenAddress> RESP =
      one("resp", "ADDR", ValueForm.of(ListenAddress.RULE, ListenAddress::parse))
          .byDefaultSomehow("off")
          .means(
              "where the Redis protocol is served",
              """
              Off by default, as a second door is a second thing to guard. It follows the same
              rules as `listen`.
              """);

  static final SettingKey<String> TLS_CERT =
      one("tls-cert", "FILE", ValueForm.path())
          .byDefaultSomehow("none, plain HTTP")
          .notYet("this version does not serve HTTPS yet")
          .means(
              "certificate chain in PEM form; with it, TCP addresses serve HTTPS",
              """
              Goes together with `tls-key`. None by default, since by default only this machine is
              served. Unix domain sockets stay plain.
              """);

  static final SettingKey<String> TLS_KEY =
      one("tls-key", "FILE", ValueForm.path())
          .byDefaultSomehow("none, plain HTTP")
          .notYet("this version does not serve HTTPS yet")
          .means(
              "private key of the certificate, in PEM form",
              "Goes together with `tls-cert`. None by default, for the same reason.");

  static final SettingKey<String> TOKEN_FILE =
      one("token-file", "FILE", ValueForm.path())
          .byDefaultSomehow("none, clients are not asked who they are")
          .means(
              "tokens that clients must show: bearer for HTTP, AUTH for the Redis protocol",
              """
              A line each: `TOKEN [read-only] [prefix=TEXT]`, the token of 16 to 256 printable
              ASCII characters; `#` begins a comment. It is read again when it changes. With it
              every client is asked, over unix domain sockets as well. Without it the node refuses
              to listen on anything but loopback or a unix domain socket, unless `insecure` is set:
              by default nobody beyond this machine reads or writes without showing a token.
              """);

  static final SettingKey<String> COPY_ROOT =
      one("copy-root", "DIR", ValueForm.path())
          .byDefaultSomehow("off, the command is refused")
          .means(
              "directory from which the copy command may read files of this machine",
              """
              Off by default: a client that may write keys must not thereby be able to read the
              files of the daemon's user.
              """);

  static final SettingKey<Long> MAX_VALUE =
      one("max-value", "SIZE", ValueForm.size("1", "4g"))
          .byDefault("4g")
          .means(
              "the largest value that is taken",
              """
              Four gibibytes are the most that any value may have. Lower it where clients are not
              trusted with your disk.
              """);

  private ClientKeys() {}
}
