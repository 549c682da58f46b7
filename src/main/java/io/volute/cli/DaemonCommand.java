package io.volute.cli;

import io.volute.daemon.Daemon;
import io.volute.daemon.StartException;
import io.volute.settings.CommandLine;
import io.volute.settings.ConfigFile;
import io.volute.settings.GivenSettings;
import io.volute.settings.HelpText;
import io.volute.settings.Settings;
import io.volute.settings.SettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** {@code voluted}: reads flags and files, runs the node until it is told to stop. */
final class DaemonCommand {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  private DaemonCommand() {}

  /** Runs to the end of the node; the exit code as the contract has it. */
  static int run(String[] arguments, PrintStream out, PrintStream err) throws InterruptedException {
    try {
      CommandLine line = CommandLine.parse(Arrays.asList(arguments));
      switch (line.purpose()) {
        case SHOW_HELP -> {
          out.println(HelpText.text());
          return OK;
        }
        case SHOW_VERSION -> {
          out.println("voluted " + ProgramVersion.text());
          return OK;
        }
        case RUN -> {}
      }
      Settings settings = Settings.conclude(line.given(), configFile(line.configFile()));
      settings.requireHonoured();
      return serve(settings, out);
    } catch (SettingsException e) {
      err.println("voluted: " + e.getMessage());
      return BAD_INPUT;
    } catch (StartException e) {
      err.println("voluted: " + e.getMessage());
      return e.exitCode();
    }
  }

  private static GivenSettings configFile(Optional<String> file) throws SettingsException {
    if (file.isEmpty()) {
      return GivenSettings.NONE;
    }
    String name = file.get();
    try {
      return ConfigFile.parse(name, Files.readString(Path.of(name)));
    } catch (CharacterCodingException e) {
      throw new SettingsException("--config " + name + ": is not UTF-8 text");
    } catch (IOException e) {
      throw new SettingsException("--config " + name + ": can't be read, allowed is a text file");
    }
  }

  private static int serve(Settings settings, PrintStream out)
      throws StartException, InterruptedException {
    Logging.quiet();
    String version = ProgramVersion.text();
    Daemon daemon = Daemon.open(settings, version);
    Thread stop =
        new Thread(
            () -> {
              daemon.close();
              // A signal would leave its own number as the exit code; an orderly stop is a success.
              Runtime.getRuntime().halt(OK);
            },
            "volute-stop");
    Runtime.getRuntime().addShutdownHook(stop);
    out.println(daemon.banner(version));
    out.flush();
    if (daemon.awaitEnd()) {
      return OK;
    }
    Runtime.getRuntime().removeShutdownHook(stop);
    daemon.close();
    return FAILED;
  }
}
