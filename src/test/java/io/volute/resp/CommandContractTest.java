package io.volute.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.resp.RespFixture.Door;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each command promises, on both kinds of doors. */
final class CommandContractTest {
  private static RespFixture fixture;
  private RespClient client;

  @BeforeAll
  static void open() throws IOException {
    fixture = RespFixture.open();
  }

  @AfterAll
  static void close() throws IOException {
    fixture.close();
  }

  private void connect(Door door) throws IOException {
    client = fixture.connect(door);
    for (String name : new String[] {"k", "a", "b", "c"}) {
      client.call("DEL", name);
    }
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
  }

  private void expect(String reply, String... words) throws IOException {
    assertEquals(reply, client.call(words), () -> String.join(" ", words));
  }

  private void expectError(String start, String... words) throws IOException {
    String reply = client.call(words);
    assertTrue(reply.startsWith("-" + start), () -> String.join(" ", words) + " gave " + reply);
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerWhenClientPingsOrEchoes(Door door) throws IOException {
    connect(door);
    expect("PONG", "PING");
    expect("hello", "ping", "hello");
    expect("a\r\nb", "ECHO", "a\r\nb");
    expectError("ERR wrong number of arguments for 'echo' command", "ECHO");
    expectError("ERR wrong number", "PING", "a", "b");
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseWhenCommandIsUnknown(Door door) throws IOException {
    connect(door);
    expectError("ERR unknown command 'FLUSHALL'", "FLUSHALL");
    expectError("ERR unknown command 'LPUSH'", "LPUSH", "k", "v");
    expectError("ERR unknown command", "CONFIG", "GET", "save");
    expectError("ERR unknown command 'a??b'", "a\r\nb");
    expect("PONG", "PING");
  }

  @ParameterizedTest
  @EnumSource
  void shouldChooseOnlyDatabaseZero(Door door) throws IOException {
    connect(door);
    expect("OK", "SELECT", "0");
    expectError("ERR DB index is out of range", "SELECT", "1");
    expectError("ERR value is not an integer", "SELECT", "x");
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadWhatWasSet(Door door) throws IOException {
    connect(door);
    expect("nil", "GET", "k");
    expect("OK", "SET", "k", "v\u0000\u00ff\r\n");
    expect("v\u0000\u00ff\r\n", "get", "k");
    expect(":5", "STRLEN", "k");
    expect("OK", "SET", "k", "");
    expect("", "GET", "k");
    expect(":0", "STRLEN", "k");
    expect(":0", "STRLEN", "b");
  }

  @ParameterizedTest
  @EnumSource
  void shouldSetOnlyWhenConditionHolds(Door door) throws IOException {
    connect(door);
    expect("nil", "SET", "k", "1", "XX");
    expect("OK", "SET", "k", "1", "NX");
    expect("nil", "SET", "k", "2", "nx");
    expect("OK", "SET", "k", "3", "xx");
    expect(":0", "SETNX", "k", "4");
    expect(":1", "SETNX", "a", "4");
    expect("3", "GET", "k");
    expectError("ERR syntax error", "SET", "k", "v", "NX", "XX");
    expectError("ERR syntax error", "SET", "k", "v", "FOO");
    expectError("ERR syntax error", "SET", "k", "v", "EX");
    expectError("ERR syntax error", "SET", "k", "v", "EX", "1", "PX", "1");
    expectError("ERR syntax error", "SET", "k", "v", "KEEPTTL", "EX", "1");
    expect("3", "GET", "k");
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellFormerValueWhenSetIsAskedTo(Door door) throws IOException {
    connect(door);
    expect("nil", "SET", "k", "1", "GET");
    expect("1", "SET", "k", "2", "GET");
    expect("2", "SET", "k", "3", "NX", "GET");
    expect("2", "SET", "k", "3", "XX", "GET");
    expect("3", "GET", "k");
    expect("nil", "SET", "a", "1", "XX", "GET");
    expect(":0", "EXISTS", "a");
  }

  @ParameterizedTest
  @EnumSource
  void shouldExpireWhenTimeIsGiven(Door door) throws IOException {
    connect(door);
    expect(":-2", "TTL", "k");
    expect("OK", "SET", "k", "v");
    expect(":-1", "TTL", "k");
    expect(":-1", "PTTL", "k");
    expect("OK", "SET", "k", "v", "EX", "100");
    expect(":100", "TTL", "k");
    expect("OK", "SET", "k", "v2", "KEEPTTL");
    expect(":100", "TTL", "k");
    expect("OK", "SETEX", "k", "200", "v");
    expect(":200", "TTL", "k");
    long at = System.currentTimeMillis() / 1000 + 300;
    expect("OK", "SET", "k", "v", "EXAT", Long.toString(at));
    long left = Long.parseLong(client.call("TTL", "k").substring(1));
    assertTrue(left >= 297 && left <= 300, "left " + left);
    expect("OK", "SET", "k", "v", "PXAT", "1");
    expect("nil", "GET", "k");
    expect("OK", "SET", "k", "v", "PX", "1");
    awaitGone("k");
    for (String bad : new String[] {"0", "-1", "9223372036854775807"}) {
      expectError("ERR invalid expire time in 'set' command", "SET", "k", "v", "EX", bad);
      expectError("ERR invalid expire time in 'setex' command", "SETEX", "k", bad, "v");
    }
    expectError("ERR value is not an integer", "SET", "k", "v", "EX", "1.5");
  }

  private void awaitGone(String name) throws IOException {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!client.call("GET", name).equals("nil")) {
      assertTrue(System.nanoTime() < deadline, "never expires");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldChangeExpiryWhenAsked(Door door) throws IOException {
    connect(door);
    expect(":0", "EXPIRE", "k", "10");
    expect(":0", "PERSIST", "k");
    client.call("SET", "k", "v");
    expect(":0", "PERSIST", "k");
    expect(":1", "EXPIRE", "k", "10");
    expect(":10", "TTL", "k");
    expect(":1", "PEXPIRE", "k", "20000");
    expect(":20", "TTL", "k");
    expect(":1", "PERSIST", "k");
    expect(":-1", "TTL", "k");
    expect("v", "GET", "k");
    expect(":1", "EXPIRE", "k", "-1");
    expect("nil", "GET", "k");
    expectError("ERR wrong number", "EXPIRE", "k", "10", "NX");
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadAndChangeWhenGetIsCombined(Door door) throws IOException {
    connect(door);
    expect("nil", "GETDEL", "k");
    expect("nil", "GETEX", "k", "EX", "10");
    client.call("SET", "k", "v");
    expect("v", "GETEX", "k");
    expect(":-1", "TTL", "k");
    expect("v", "GETEX", "k", "EX", "10");
    expect(":10", "TTL", "k");
    expect("v", "GETEX", "k", "PERSIST");
    expect(":-1", "TTL", "k");
    expectError("ERR syntax error", "GETEX", "k", "KEEPTTL");
    expectError("ERR syntax error", "GETEX", "k", "EX");
    expect("v", "GETDEL", "k");
    expect(":0", "EXISTS", "k");
  }

  @ParameterizedTest
  @EnumSource
  void shouldCountKeysWithAValueWhenDeleting(Door door) throws IOException {
    connect(door);
    expect("OK", "MSET", "a", "1", "b", "2", "a", "3");
    expect("[3, nil, 2]", "MGET", "a", "c", "b");
    expect(":3", "EXISTS", "a", "a", "b", "c");
    expect(":2", "DEL", "a", "b", "c", "a");
    expect(":0", "UNLINK", "a", "b");
    client.call("SET", "a", "1");
    expect(":1", "UNLINK", "a");
    expectError("ERR wrong number of arguments for 'mset' command", "MSET", "a", "1", "b");
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseWhenNameIsNotOne(Door door) throws IOException {
    connect(door);
    for (String bad : new String[] {"", "\u00ff", "x".repeat(1025)}) {
      expectError("ERR invalid key", "SET", bad, "v");
      expectError("ERR invalid key", "MGET", "a", bad);
    }
    expect("OK", "SET", "x".repeat(1024), "v");
    expect(":1", "DEL", "x".repeat(1024));
  }

  @ParameterizedTest
  @EnumSource
  void shouldListEachKeyOnceWhenScanning(Door door) throws IOException {
    connect(door);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 25; i++) {
      names.add("scan:" + i);
      client.call("SET", "scan:" + i, "v");
    }
    Set<String> seen = new HashSet<>();
    String cursor = "0";
    int pages = 0;
    do {
      String page = client.call("SCAN", cursor, "MATCH", "scan:*", "COUNT", "4");
      int comma = page.indexOf(", [");
      cursor = page.substring(1, comma);
      for (String name : page.substring(comma + 3, page.length() - 2).split(", ")) {
        assertTrue(seen.add(name), name);
      }
      pages++;
    } while (!cursor.equals("0"));
    assertEquals(names, seen);
    assertEquals(7, pages);
    expect("[0, [scan:7]]", "SCAN", "0", "MATCH", "scan:[7]", "COUNT", "1000");
    expect(":25", "DBSIZE");
    client.call("DEL", "scan:0");
    expect(":24", "DBSIZE");
    expectError("ERR invalid cursor", "SCAN", "x");
    expectError("ERR invalid cursor", "SCAN", "17");
    expectError("ERR syntax error", "SCAN", "0", "TYPE", "string");
    expectError("ERR syntax error", "SCAN", "0", "COUNT", "0");
    for (String name : names) {
      client.call("DEL", name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellOfItselfWhenAsked(Door door) throws IOException {
    connect(door);
    String info = client.call("INFO");
    assertTrue(info.contains("# Server\r\n") && info.contains("volute_version:0.1.0"), info);
    assertTrue(client.call("INFO", "keyspace").startsWith("# Keyspace"));
    expectError("ERR INFO has no such section", "INFO", "memory");
    expectError("ERR AUTH is not needed", "AUTH", "x");
    expect(":28", "COMMAND", "COUNT");
    expect("[[get, :2, [readonly], :1, :1, :1], nil]", "COMMAND", "INFO", "get", "nope");
    assertTrue(client.call("COMMAND").contains("[mset, :-3, [write], :1, :-1, :2]"));
    assertTrue(client.call("COMMAND", "DOCS", "get").startsWith("[get, [summary, "));
    expectError("ERR unknown subcommand", "COMMAND", "GETKEYS", "get");
    expect("nil", "CLIENT", "GETNAME");
    expect("OK", "CLIENT", "SETNAME", "me");
    expect("me", "CLIENT", "GETNAME");
    expect("OK", "CLIENT", "SETINFO", "LIB-NAME", "test");
    expectError("ERR unknown subcommand", "CLIENT", "KILL", "x");
    assertTrue(client.call("CLIENT", "ID").startsWith(":"));
  }

  @ParameterizedTest
  @EnumSource
  void shouldSpeakTheVersionThatHelloChooses(Door door) throws IOException {
    connect(door);
    assertTrue(client.call("HELLO").startsWith("[server, volute, version, "));
    expectError("NOPROTO", "HELLO", "4");
    expectError("ERR syntax error", "HELLO", "3", "FOO");
    String hello = client.call("HELLO", "3", "SETNAME", "me");
    assertTrue(hello.startsWith("{server=volute") && hello.contains("proto=:3"), hello);
    expect("me", "CLIENT", "GETNAME");
    client.send(RespClient.request("GET", "k")).sendText("PING\r\n");
    expectRaw("nil");
    expectRaw("PONG");
    assertTrue(client.call("HELLO", "2").startsWith("[server"));
    expect("OK", "QUIT");
    assertTrue(client.isEnded());
  }

  private void expectRaw(String reply) throws IOException {
    assertEquals(reply, client.reply());
  }

  @ParameterizedTest
  @EnumSource
  void shouldUnderstandLinesThatAreTypedByHand(Door door) throws IOException {
    connect(door);
    client.sendText("\r\n  set k \"a b\\x41\\n\"\r\nget k\nget 'c'\n");
    expectRaw("OK");
    expectRaw("a bA\n");
    expectRaw("nil");
    client.sendText("get \"k\r\n");
    expectRaw("-ERR Protocol error: unbalanced quotes in request");
    assertTrue(client.isEnded());
  }
}
