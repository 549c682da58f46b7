package io.volute.cli.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.client.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
  @Test
  void shouldShowALeafALine() throws IOException {
    String json = "{\"a\":{\"b\":1,\"c\":[true,{\"d\":\"x\\ny\"}]},\"e\":[],\"f\":\"z\"}";
    List<String> lines = new ArrayList<>();
    JsonLines.write(new JsonReader(new ByteArrayInputStream(json.getBytes(UTF_8))), lines::add);
    assertEquals(List.of("a.b: 1", "a.c.0: true", "a.c.1.d: x\\ny", "f: z"), lines);
  }
}
