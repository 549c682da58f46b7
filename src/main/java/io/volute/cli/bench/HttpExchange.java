package io.volute.cli.bench;

import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.http.RequestBody;
import java.io.IOException;
import java.io.InputStream;

/** Load over HTTP. */
final class HttpExchange implements Exchange {
  private static final int DRAIN_BYTES = 16 * 1024;
  private static final int NOT_FOUND = 404;

  private final LoadPlan plan;
  private final HttpClient client;
  private final byte[] drain = new byte[DRAIN_BYTES];

  HttpExchange(LoadPlan plan) {
    this.plan = plan;
    this.client = new HttpClient(plan.access());
  }

  @Override
  public void write(String name, byte[] value) throws IOException {
    send(
        HttpRequest.post("/write")
            .parameter("name", name)
            .parameter("mirrors", plan.mirrors())
            .parameter("w", plan.writeAcks())
            .body(RequestBody.of(value)));
  }

  @Override
  public long read(String name) throws IOException {
    return send(HttpRequest.get("/read").parameter("name", name).parameter("r", plan.readAcks()));
  }

  private long send(HttpRequest request) throws IOException {
    try (HttpResponse answer = client.send(request)) {
      long received = drain(answer.body());
      if (answer.status() == NOT_FOUND) {
        throw new RefusedException("not found");
      }
      if (answer.status() < 200 || answer.status() > 299) {
        throw new RefusedException("HTTP " + answer.status());
      }
      return received;
    }
  }

  private long drain(InputStream body) throws IOException {
    long total = 0;
    for (int count = body.read(drain); count >= 0; count = body.read(drain)) {
      total += count;
    }
    return total;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
