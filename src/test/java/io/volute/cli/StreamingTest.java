package io.volute.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.client.http.ScriptedServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class StreamingTest {
  private static final int LARGE = 5 * 1024 * 1024 + 7;

  private static byte[] largeValue() {
    byte[] value = new byte[LARGE];
    new Random(1).nextBytes(value);
    return value;
  }

  private static ScriptedServer.Reply chunked(byte[] value) {
    return (asked, out) -> {
      out.write(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
      for (int from = 0; from < value.length; from += 10_007) {
        int size = Math.min(10_007, value.length - from);
        out.write(ascii(Integer.toHexString(size) + "\r\n"));
        out.write(value, from, size);
        out.write(ascii("\r\n"));
      }
      out.write(ascii("0\r\n\r\n"));
    };
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void shouldStreamALargeValueBothWays(@TempDir Path directory) throws IOException {
    byte[] value = largeValue();
    Path file = Files.write(directory.resolve("value"), value);
    try (ScriptedServer tcp = ScriptedServer.onTcp();
        ScriptedServer unix = ScriptedServer.onUnix(directory.resolve("s"))) {
      for (ScriptedServer server : new ScriptedServer[] {tcp, unix}) {
        CommandLineRun.at(server, value, "write", "x").requireExit(0);
        assertEquals("chunked", server.asked().get(0).header("Transfer-Encoding").orElseThrow());
        assertArrayEquals(value, server.asked().get(0).body());
        CommandLineRun.at(server, "write", "x", file.toString()).requireExit(0);
        assertArrayEquals(value, server.asked().get(1).body());
        server.then(ScriptedServer.bytes(200, value)).then(chunked(value));
        assertArrayEquals(value, CommandLineRun.at(server, "read", "x").requireExit(0).bytes());
        assertArrayEquals(value, CommandLineRun.at(server, "read", "x").requireExit(0).bytes());
      }
    }
  }

  @Test
  void shouldStopWhenStandardOutputIsClosed() throws IOException {
    byte[] value = largeValue();
    try (ScriptedServer server = ScriptedServer.onTcp()) {
      server.then(ScriptedServer.bytes(200, value));
      OutputStream closedPipe =
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              throw new IOException("Broken pipe");
            }
          };
      String[] args = {"-a", server.address(), "read", "x"};
      int exitCode =
          ClientCommand.run(
              args,
              InputStream.nullInputStream(),
              new PrintStream(closedPipe, false, StandardCharsets.UTF_8),
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
              Map.of());
      assertEquals(ExitCode.FAILED, exitCode);
    }
  }

  @Test
  void shouldNotClaimSuccessWhenStandardInputBreaks() throws IOException {
    try (ScriptedServer server = ScriptedServer.onTcp()) {
      InputStream broken =
          new SequenceInputStream(
              new ByteArrayInputStream(new byte[100_000]),
              new InputStream() {
                @Override
                public int read() throws IOException {
                  throw new IOException("input is gone");
                }

                @Override
                public int read(byte[] bytes, int from, int length) throws IOException {
                  throw new IOException("input is gone");
                }
              });
      String[] args = {"-a", server.address(), "write", "x"};
      PrintStream nowhere =
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
      assertEquals(ExitCode.FAILED, ClientCommand.run(args, broken, nowhere, nowhere, Map.of()));
      assertEquals(0, server.asked().size());
    }
  }
}
