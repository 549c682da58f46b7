package io.volute.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of documentation whose shell commands are run. What to do with a block of {@code sh} is
 * said by the comment before it:
 *
 * <ul>
 *   <li>{@code test}: run it. The next block of {@code text}, if it comes before another command,
 *       is what it prints on standard output
 *   <li>{@code test: background}: the same, but it goes on until the page says {@code test: ctrl-c}
 *       or ends. It has started when it has printed as many lines as are shown, at least one
 *   <li>{@code untested: REASON}: leave it
 * </ul>
 *
 * <p>In what is shown, an ellipsis stands for anything in a line, alone in its line for any lines.
 */
record TestedPage(List<Step> steps, List<String> unmarked) {
  private static final Pattern MARK = Pattern.compile("<!-- (test|untested)(?:: (.+))? -->");
  private static final String ELLIPSIS = "…";

  enum Kind {
    RUN,
    BACKGROUND,
    CTRL_C
  }

  /**
   * One block, or the end of what goes on.
   *
   * @param line of the page, from 1 on
   * @param shown what it prints; empty if the page doesn't say
   */
  record Step(Kind kind, int line, String commands, String shown) {
    Step showing(String output) {
      return new Step(kind, line, commands, output);
    }

    /** Whether the output is as the page shows it. */
    boolean isShown(String output) {
      StringBuilder form = new StringBuilder();
      for (String text : shown.strip().lines().toList()) {
        if (text.strip().equals(ELLIPSIS)) {
          form.append("(?:.*\n)*");
        } else {
          form.append(Pattern.quote(text.strip()).replace(ELLIPSIS, "\\E.*\\Q")).append('\n');
        }
      }
      StringBuilder printed = new StringBuilder();
      output.strip().lines().forEach(text -> printed.append(text.strip()).append('\n'));
      return shown.isEmpty() || Pattern.matches(form.toString(), printed);
    }
  }

  static TestedPage read(Path file) throws IOException {
    List<Step> steps = new ArrayList<>();
    List<String> unmarked = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    String mark = "";
    boolean mayShow = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher matcher = MARK.matcher(line.strip());
      if (matcher.matches()) {
        mark = matcher.group(1) + (matcher.group(2) == null ? "" : ":" + matcher.group(2));
        if (mark.equals("test:ctrl-c")) {
          steps.add(new Step(Kind.CTRL_C, i + 1, "", ""));
          mark = "";
          mayShow = false;
        }
      } else if (line.startsWith("```")) {
        int end = i + 1;
        while (!lines.get(end).equals("```")) {
          end++;
        }
        String block = String.join("\n", lines.subList(i + 1, end));
        if (line.equals("```text") && mayShow) {
          steps.add(steps.remove(steps.size() - 1).showing(block));
          mayShow = false;
        } else if (line.equals("```sh")) {
          mayShow = mark.startsWith("test");
          if (mark.isEmpty()) {
            unmarked.add(file.getFileName() + ":" + (i + 1));
          } else if (mayShow) {
            Kind kind = mark.equals("test:background") ? Kind.BACKGROUND : Kind.RUN;
            steps.add(new Step(kind, i + 1, block, ""));
          }
          mark = "";
        }
        i = end;
      }
    }
    return new TestedPage(List.copyOf(steps), List.copyOf(unmarked));
  }

  /** A script that does all of it; what each step prints goes to files in a directory. */
  String script(Path directory) {
    StringBuilder script =
        new StringBuilder(
            """
            set -eum
            started=()
            ctrl_c() {
              local group
              for group in ${started[@]+"${started[@]}"}; do
                kill -INT -- "-$group" 2>/dev/null || true
              done
              for group in ${started[@]+"${started[@]}"}; do
                wait "$group" || true
              done
              started=()
            }
            trap ctrl_c EXIT
            # Until so many lines are in the file, or the time is over.
            await_lines() {
              local tenths=0
              while [ "$(wc -l <"$1")" -lt "$2" ] && [ "$tenths" -lt 300 ]; do
                sleep 0.1
                tenths=$((tenths + 1))
              done
            }
            """);
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      String out = "'" + directory.resolve("out." + i) + "'";
      String err = "'" + directory.resolve("err." + i) + "'";
      switch (step.kind()) {
        case RUN ->
            script.append("{\n" + step.commands() + "\n} >" + out + " 2>" + err + " </dev/null\n");
        case BACKGROUND -> {
          long lines = Math.max(1, step.shown().lines().count());
          script.append(": >" + out + "\n(\n" + step.commands() + "\n) >" + out + " 2>" + err);
          script.append(" </dev/null &\nstarted+=($!)\nawait_lines " + out + " " + lines + "\n");
        }
        case CTRL_C -> script.append("ctrl_c\n");
      }
    }
    return script.toString();
  }
}
