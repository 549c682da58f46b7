package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.settings.ListenAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StartDoorTest {
  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> ask(ListenAddress.Tcp address, String path, String accept)
      throws Exception {
    URI uri = URI.create("http://localhost:" + address.address().port() + path);
    return client.send(
        HttpRequest.newBuilder(uri).header("Accept", accept).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void shouldSayHowFarTheStartIs() throws Exception {
    ListenAddress.Tcp address = ServerFixture.freePort();
    HttpSettings settings = ServerFixture.settings(List.of(address));
    try (StartDoor door = new StartDoor(settings)) {
      assertThrows(IOException.class, () -> ask(address, "/status", "*/*"), "before it is told");
      door.told(12);
      HttpResponse<String> status = ask(address, "/status", "application/json");
      assertEquals(503, status.statusCode());
      assertEquals("1", status.headers().firstValue("Retry-After").orElseThrow());
      assertTrue(status.body().contains("\"state\":\"starting\""), status.body());
      assertTrue(status.body().contains("\"percent\":12"), status.body());
      door.told(57);
      assertEquals("starting: 57% of the log is read\n", ask(address, "/status", "*/*").body());
      HttpResponse<String> read = ask(address, "/keys/a", "*/*");
      assertEquals(503, read.statusCode());
      assertEquals("starting: 57% of the log is read\n", read.body());
    }
    HttpServer.open(settings, new MemoryNode()).close();
  }

  @Test
  void shouldNotEndAStartWhenItsAddressIsTaken() throws Exception {
    ListenAddress.Tcp address = ServerFixture.freePort();
    HttpSettings settings = ServerFixture.settings(List.of(address));
    HttpServer other = HttpServer.open(settings, new MemoryNode());
    try (StartDoor door = new StartDoor(settings)) {
      door.told(1);
      door.told(2);
      assertEquals(200, ask(address, "/status", "*/*").statusCode());
    } finally {
      other.close();
    }
  }
}
