package io.volute.settings;

import static io.volute.settings.SettingKey.many;
import static io.volute.settings.SettingKey.one;
import static io.volute.settings.SettingKey.toggle;

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
          .means(
              "certificate chain in PEM form; with it, TCP addresses serve HTTPS",
              """
              The node's own certificate first, then that of its issuer and so on. It goes together
              with `tls-key`. Both files are read again when they change; connections that stand
              keep what they have. TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1. None by default, since by
              default only this machine is served. Unix domain sockets and the Redis protocol stay
              plain.
              """);

  static final SettingKey<String> TLS_KEY =
      one("tls-key", "FILE", ValueForm.path())
          .byDefaultSomehow("none, plain HTTP")
          .means(
              "private key of the certificate, in PEM form",
              """
              PKCS#8 (`BEGIN PRIVATE KEY`) without a password: RSA, EC or Ed25519. It goes together
              with `tls-cert`, and is none by default for the same reason. Keep it readable by the
              daemon's user alone.
              """);

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

  static final SettingKey<Boolean> ACCESS_LOG =
      toggle("access-log")
          .means(
              "leave a line on standard error for each HTTP request",
              """
              Off by default: a line costs more than many a request, and names of keys can say much.
              A line has fields `client`, `method`, `target`, `status`, `received`, `sent` and
              `micros`. Where they can't be written as fast as requests come, lines are left out and
              counted.
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
