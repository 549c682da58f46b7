package io.volute.cli.text;

import io.volute.client.json.JsonReader;
import io.volute.client.json.JsonReader.Token;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Shows any JSON value as lines of {@code path: value}, for people. */
public final class JsonLines {
  private JsonLines() {}

  /** Reads the value to its end, and hands on a line for each leaf of it. */
  public static void write(JsonReader json, Consumer<String> lines) throws IOException {
    walk(json, (path, value) -> lines.accept(path + ": " + value));
  }

  /** The same with the path and the value of each leaf apart, such as {@code members.0.uid}. */
  public static void walk(JsonReader json, BiConsumer<String, String> leaves) throws IOException {
    List<String> path = new ArrayList<>();
    List<Integer> indexes = new ArrayList<>(); // of open arrays; -1 stands for an object
    for (Token token = json.next(); token != Token.END; token = json.next()) {
      switch (token) {
        case NAME -> path.add(Shown.name(json.text()));
        case BEGIN_OBJECT, BEGIN_ARRAY -> {
          enter(path, indexes);
          indexes.add(token == Token.BEGIN_OBJECT ? -1 : 0);
        }
        case END_OBJECT, END_ARRAY -> {
          indexes.remove(indexes.size() - 1);
          leave(path);
        }
        default -> {
          enter(path, indexes);
          leaves.accept(String.join(".", path), Shown.name(json.text()));
          leave(path);
        }
      }
    }
  }

  /** A value in an array is named by its index, one of an object by its name before it. */
  private static void enter(List<String> path, List<Integer> indexes) {
    int top = indexes.size() - 1;
    if (top >= 0 && indexes.get(top) >= 0) {
      path.add(Integer.toString(indexes.get(top)));
      indexes.set(top, indexes.get(top) + 1);
    }
  }

  private static void leave(List<String> path) {
    if (!path.isEmpty()) {
      path.remove(path.size() - 1);
    }
  }
}
