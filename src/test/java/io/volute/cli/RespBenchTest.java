package io.volute.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Load over the Redis protocol, against a small server that keeps what it is given. */
@Timeout(30)
class RespBenchTest {
  private final Map<String, String> kept = new ConcurrentSkipListMap<>();
  private final AtomicInteger letIn = new AtomicInteger();

  private void serve(Socket socket, String token) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      OutputStream out = socket.getOutputStream();
      boolean isIn = token.isEmpty();
      for (String head = in.readLine(); head != null; head = in.readLine()) {
        String[] words = new String[Integer.parseInt(head.substring(1))];
        for (int i = 0; i < words.length; i++) {
          char[] word = new char[Integer.parseInt(in.readLine().substring(1))];
          for (int done = 0; done < word.length; ) {
            done += in.read(word, done, word.length - done);
          }
          in.readLine();
          words[i] = new String(word);
        }
        String reply = isIn || words[0].equals("AUTH") ? answer(words, token) : "-NOAUTH no\r\n";
        isIn |= words[0].equals("AUTH") && reply.startsWith("+");
        out.write(reply.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private String answer(String[] words, String token) {
    switch (words[0]) {
      case "AUTH" -> {
        if (words[1].equals(token)) {
          letIn.incrementAndGet();
          return "+OK\r\n";
        }
        return "-WRONGPASS no\r\n";
      }
      case "PING" -> {
        return "+PONG\r\n";
      }
      case "SET" -> {
        kept.put(words[1], words[2]);
        return "+OK\r\n";
      }
      default -> {
        String value = kept.get(words[1]);
        return value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n";
      }
    }
  }

  private ServerSocket start(String token) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread acceptor =
        new Thread(
            () -> {
              try {
                while (true) {
                  Socket socket = listener.accept();
                  Thread thread = new Thread(() -> serve(socket, token));
                  thread.setDaemon(true);
                  thread.start();
                }
              } catch (IOException e) {
                // Closed: the test is over.
              }
            });
    acceptor.setDaemon(true);
    acceptor.start();
    return listener;
  }

  @Test
  void shouldWriteEveryKeyAndReadWithATokenFromAFile(@TempDir Path directory) throws IOException {
    Path tokens = Files.writeString(directory.resolve("t"), "# ours\n\nsecret read-only\n");
    try (ServerSocket server = start("secret")) {
      String output =
          CommandLineRun.of(
                  "-a",
                  "localhost:" + server.getLocalPort(),
                  "bench",
                  "--protocol=resp",
                  "--op=mixed",
                  "--load",
                  "--keys=20",
                  "--size=40",
                  "--connections=2",
                  "--seconds=1",
                  "--warmup=0",
                  "--token-file",
                  tokens.toString(),
                  "--json")
              .requireExit(0)
              .output();
      assertEquals(20, kept.size());
      kept.forEach((name, value) -> assertEquals(40, value.length(), name));
      assertTrue(output.contains("\"protocol\":\"resp\""), output);
      assertTrue(output.contains("\"errors\":{}"), output);
      assertTrue(letIn.get() >= 3, "each connection shows the token");
    }
  }

  @Test
  void shouldEndBeforeTheLoadWhenTheTokenIsWrong() throws IOException {
    try (ServerSocket server = start("secret")) {
      String address = "localhost:" + server.getLocalPort();
      CommandLineRun.of("-a", address, "bench", "--protocol=resp", "--token=other")
          .requireFailure(1, "WRONGPASS no");
      CommandLineRun.of("-a", address, "bench", "--protocol=resp").requireFailure(1, "NOAUTH no");
      assertTrue(kept.isEmpty());
    }
  }
}
