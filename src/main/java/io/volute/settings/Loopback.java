package io.volute.settings;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a host stays on this machine, judged by how it is written. Nothing is looked up, and what
 * is not surely loopback is not: {@code 127.1} or a name that happens to resolve to loopback are
 * refused where only loopback may be used.
 */
public final class Loopback {
  /** What a user is told when another host is refused. */
  public static final String RULE = "loopback (localhost, 127.0.0.0/8 or ::1)";

  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern IPV4 =
      Pattern.compile("127\\." + OCTET + "\\." + OCTET + "\\." + OCTET);
  private static final Pattern IPV6 = Pattern.compile("::1|(0{1,4}:){7}0{0,3}1");

  private Loopback() {}

  /**
   * Whether this host is loopback.
   *
   * @param host a name or a literal address without brackets
   */
  public static boolean isLoopback(String host) {
    return host.toLowerCase(Locale.ROOT).equals("localhost")
        || IPV4.matcher(host).matches()
        || IPV6.matcher(host).matches();
  }
}
