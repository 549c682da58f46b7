package io.volute;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.volute.client.Change;
import io.volute.client.Value;
import io.volute.client.VoluteClient;
import io.volute.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The program of docs/reference/java.md; {@link JavaPageTest} holds the page equal to it. */
final class JavaPageExample {
  private JavaPageExample() {}

  static List<String> run(Path directory, int peerPort) throws Exception {
    List<String> said = new ArrayList<>();
    // page: begin
    Settings settings =
        Volute.settings()
            .set("listen", directory.resolve("volute.sock").toString())
            .set("port", Integer.toString(peerPort))
            .set("home", directory.resolve("data").toString())
            .build();

    try (Volute node = Volute.open(settings);
        VoluteClient client = node.client()) {
      client.write("greeting", "hello".getBytes(UTF_8)).require();

      Optional<Value> value = client.read("greeting");
      said.add(value.orElseThrow().text());

      Change change = client.write("greeting", "good evening".getBytes(UTF_8));
      switch (change.outcome()) {
        case APPLIED -> said.add("on " + change.acks());
        case NOT_APPLIED, CONDITION_FAILED -> said.add("not changed: " + change.explanation());
        case UNKNOWN -> said.add("perhaps: " + change.explanation());
      }
    }
    // page: end
    return said;
  }
}
