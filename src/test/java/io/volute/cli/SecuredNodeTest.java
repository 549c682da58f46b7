package io.volute.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.Volute;
import io.volute.client.ClientSettings;
import io.volute.client.VoluteClient;
import io.volute.client.VoluteException.RefusedException;
import io.volute.client.link.Trust;
import io.volute.testing.PemKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client with a node that speaks TLS and asks for tokens. */
@Timeout(60)
class SecuredNodeTest {
  private static final String ALL = "a-token-for-everything";
  private static final String READER = "a-token-for-who-reads";
  private static final String LIMITED = "a-token-for-one-shelf";

  @TempDir private static Path directory;
  private static Volute node;
  private static String address;
  private static String authority;

  @BeforeAll
  static void open() throws Exception {
    PemKeys keys = PemKeys.make(directory, "EC");
    authority = Files.writeString(directory.resolve("cert.pem"), keys.certificate()).toString();
    Path key = Files.writeString(directory.resolve("key.pem"), keys.key());
    String lines = ALL + "\n" + READER + " read-only\n" + LIMITED + " prefix=shelf/\n";
    Path tokens = Files.writeString(directory.resolve("tokens"), lines);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    address = "https://localhost:" + port;
    node =
        Volute.open(
            RamNode.settings(directory)
                .set("listen", "localhost:" + port)
                .set("store", "ram")
                .set("tls-cert", authority)
                .set("tls-key", key.toString())
                .set("token-file", tokens.toString())
                .build());
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static CommandLineRun run(String token, String input, String... words) {
    Map<String, String> environment = Map.of("VOLUTE_ADDRESS", address, "VOLUTE_TOKEN", token);
    String[] all = new String[words.length + 2];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--ca";
    all[words.length + 1] = authority;
    return CommandLineRun.with(input.getBytes(UTF_8), environment, all);
  }

  @Test
  void shouldWriteReadAndExamineOverTls() {
    run(ALL, "value", "write", "k").requireExit(0);
    run(ALL, "", "read", "k").requireDone("value");
    String found = run(ALL, "", "doctor").requireExit(0).output();
    assertTrue(found.contains("nothing is wrong"), found);
    String[] bench = {"bench", "--seconds=1", "--warmup=0", "--connections=2", "--keys=5"};
    String load = run(ALL, "", bench).requireExit(0).output();
    assertTrue(load.contains("errors      0"), load);
  }

  @Test
  void shouldSayThatATokenIsNeededOrDoesNotDo() {
    CommandLineRun none = run("", "", "read", "k").requireExit(1);
    assertTrue(none.errors().contains("token"), none.errors());
    CommandLineRun wrong = run("no-such-token-at-all", "", "read", "k").requireExit(1);
    assertTrue(wrong.errors().contains("token"), wrong.errors());
    CommandLineRun reader = run(READER, "v", "write", "k").requireExit(1);
    assertTrue(reader.errors().contains("read"), reader.errors());
    run(READER, "", "status").requireExit(0);
    run(LIMITED, "v", "write", "shelf/1").requireExit(0);
    CommandLineRun outside = run(LIMITED, "v", "write", "table/1").requireExit(1);
    assertTrue(outside.errors().contains("shelf/"), outside.errors());
  }

  @Test
  void shouldTrustNobodyWhomNoAuthoritySpeaksFor() {
    Map<String, String> environment = Map.of("VOLUTE_ADDRESS", address, "VOLUTE_TOKEN", ALL);
    CommandLineRun run = CommandLineRun.with(new byte[0], environment, "status").requireExit(1);
    assertTrue(run.errors().startsWith("volute: no TLS with https://localhost:"), run.errors());
  }

  @Test
  void shouldTakeATokenFromAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("mine"), "# mine\n" + ALL + "\n");
    String[] words = {"status", "-a", address, "--ca", authority, "--token-file", file.toString()};
    CommandLineRun.with(new byte[0], Map.of(), words).requireExit(0);
  }

  @Test
  void shouldLetTheJavaClientInWithATokenOverTls() throws IOException {
    ClientSettings settings =
        ClientSettings.of(address).withTrust(Trust.ofFile(Path.of(authority)));
    try (VoluteClient client = VoluteClient.of(settings.withToken(ALL));
        VoluteClient reader = VoluteClient.of(settings.withToken(READER))) {
      client.write("from-java", "v".getBytes(UTF_8)).require();
      assertEquals("v", reader.read("from-java").orElseThrow().text());
      RefusedException refused =
          assertThrows(
              RefusedException.class, () -> reader.write("from-java", "w".getBytes(UTF_8)));
      assertEquals(403, refused.status());
    }
  }
}
