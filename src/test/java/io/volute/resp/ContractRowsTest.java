package io.volute.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.daemon.Daemon;
import io.volute.resp.RespFixture.Door;
import io.volute.settings.CommandLine;
import io.volute.settings.GivenSettings;
import io.volute.settings.ListenAddress;
import io.volute.settings.Settings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every command of the contract by its name, at a real node over both doors. A command that is
 * served and has no row here, or the other way round, is a failure.
 */
@Timeout(60)
final class ContractRowsTest {
  /** A request, and what its reply is or, with an asterisk at its end, begins with. */
  private record Row(String request, String reply) {
    String command() {
      return request.split(" ")[0];
    }
  }

  private static final List<Row> ROWS =
      List.of(
          new Row("PING", "PONG"),
          new Row("PING word", "word"),
          new Row("ECHO word", "word"),
          new Row("AUTH secret", "-ERR*"),
          new Row("SELECT 0", "OK"),
          new Row("SELECT 1", "-ERR*"),
          new Row("SET k one", "OK"),
          new Row("GET k", "one"),
          new Row("GET none", "nil"),
          new Row("SET k two EX 100", "OK"),
          new Row("TTL k", ":100"),
          new Row("SET k two PX 90500", "OK"),
          new Row("PTTL k", ":*"),
          new Row("SET k two EXAT 1", "OK"),
          new Row("GET k", "nil"),
          new Row("SET k two PXAT 4102444800000", "OK"),
          new Row("TTL k", ":*"),
          new Row("SET k three NX", "nil"),
          new Row("SET k three XX KEEPTTL", "OK"),
          new Row("SET k four GET", "three"),
          new Row("TTL k", ":-1"),
          new Row("SET k five SIDEWAYS", "-ERR syntax error*"),
          new Row("SETNX k no", ":0"),
          new Row("SETNX n yes", ":1"),
          new Row("SETEX e 200 v", "OK"),
          new Row("TTL e", ":200"),
          new Row("GETDEL e", "v"),
          new Row("GETDEL e", "nil"),
          new Row("GETEX k EX 300", "four"),
          new Row("TTL k", ":300"),
          new Row("GETEX k PERSIST", "four"),
          new Row("DEL k none", ":1"),
          new Row("UNLINK n", ":1"),
          new Row("MSET a 1 b 22", "OK"),
          new Row("MGET a none b", "[1, nil, 22]"),
          new Row("EXISTS a b none a", ":3"),
          new Row("STRLEN b", ":2"),
          new Row("EXPIRE a 400", ":1"),
          new Row("TTL a", ":400"),
          new Row("EXPIRE none 400", ":0"),
          new Row("PEXPIRE a 500500", ":1"),
          new Row("PTTL a", ":*"),
          new Row("PERSIST a", ":1"),
          new Row("PERSIST a", ":0"),
          new Row("SCAN 0 MATCH ? COUNT 100", "[0, [a, b]]"),
          new Row("SCAN 0 TYPE string", "-ERR*"),
          new Row("DBSIZE", ":2"),
          new Row("INFO", "#*"),
          new Row("COMMAND COUNT", ":*"),
          new Row("CLIENT SETNAME me", "OK"),
          new Row("CLIENT GETNAME", "me"),
          new Row("CLIENT KILL x", "-ERR*"),
          new Row("HELLO 3", "{server=*"),
          new Row("GET none", "nil"),
          new Row("HELLO 2", "[server, *"),
          new Row("HELLO 4", "-NOPROTO*"),
          new Row("QUIT", "OK"));

  private static final List<String> UNKNOWN =
      List.of("FLUSHALL", "LPUSH k v", "CONFIG GET save", "EVAL x 0", "INCR k", "MULTI", "KEYS *");

  @TempDir private Path directory;

  @Test
  void shouldHaveARowForEachCommandThatIsServed() {
    CommandTable table =
        CommandTable.of(RespSettings.of(List.of(new ListenAddress.UnixSocket("/s")), "0"), () -> 0);
    TreeSet<String> served = new TreeSet<>();
    table.all().forEach(spec -> served.add(spec.name()));
    TreeSet<String> shown = new TreeSet<>();
    ROWS.forEach(row -> shown.add(row.command()));
    assertEquals(served, shown);
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerAsTheContractSays(Door door) throws Exception {
    ListenAddress resp =
        door == Door.TCP
            ? RespFixture.freePort()
            : new ListenAddress.UnixSocket(directory.resolve("resp").toString());
    List<String> flags =
        List.of(
            "--listen", RespFixture.freePort().toString(),
            "--resp", resp.toString(),
            "--port", Integer.toString(freeUdpPort()),
            "--home", directory.resolve("home").toString());
    Settings settings = Settings.conclude(CommandLine.parse(flags).given(), GivenSettings.NONE);
    List<String> wrong = new ArrayList<>();
    try (Daemon daemon = Daemon.open(settings, "0.1.0");
        RespClient client = RespClient.connect(resp)) {
      assertTrue(daemon.banner("0.1.0").startsWith("voluted"));
      for (String request : UNKNOWN) {
        check(client, new Row(request, "-ERR unknown command*"), wrong);
      }
      for (Row row : ROWS) {
        check(client, row, wrong);
      }
      assertTrue(client.isEnded(), "QUIT leaves the connection open");
    }
    assertEquals(List.of(), wrong);
  }

  private static void check(RespClient client, Row row, List<String> wrong) throws IOException {
    String reply = client.call(row.request().split(" "));
    int open = row.reply().indexOf('*');
    boolean fits =
        open < 0 ? reply.equals(row.reply()) : reply.startsWith(row.reply().substring(0, open));
    if (!fits) {
      wrong.add(row.request() + " gave " + reply + ", not " + row.reply());
    }
  }

  private static int freeUdpPort() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }
}
