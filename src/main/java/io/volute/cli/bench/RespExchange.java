package io.volute.cli.bench;

import io.volute.client.resp.RespConnection;
import io.volute.client.resp.RespConnection.ErrorReplyException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Load over the Redis protocol. */
final class RespExchange implements Exchange {
  private final LoadPlan plan;

  /** Null while there is none: before the first request, and after one that went wrong. */
  private RespConnection connection;

  RespExchange(LoadPlan plan) {
    this.plan = plan;
  }

  @Override
  public void write(String name, byte[] value) throws IOException {
    call("SET", name.getBytes(StandardCharsets.UTF_8), value);
  }

  @Override
  public long read(String name) throws IOException {
    OptionalLong length = call("GET", name.getBytes(StandardCharsets.UTF_8));
    return length.orElseThrow(() -> new RefusedException("not found"));
  }

  private OptionalLong call(String command, byte[]... arguments) throws IOException {
    boolean isAnswered = false;
    try {
      if (connection == null) {
        connection = RespConnection.open(plan.access());
      }
      OptionalLong length = connection.call(command, arguments);
      isAnswered = true;
      return length;
    } catch (ErrorReplyException e) {
      isAnswered = connection != null;
      throw new RefusedException(e.code());
    } finally {
      if (!isAnswered) {
        close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (connection != null) {
      RespConnection closing = connection;
      connection = null;
      closing.close();
    }
  }
}
