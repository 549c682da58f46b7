package io.volute.testing;

/**
 * Runs a property for many seeds. A failure names its seed and the line that replays it.
 *
 * <p>The seeds are the same in every build, so that a build which passed passes again. To search
 * further, {@code -Dvolute.runs=20} runs twenty times as many; {@code -Dvolute.seed=7} runs just
 * that one.
 */
public final class Seeds {
  /** Something that must hold, whatever the generator gives. */
  @FunctionalInterface
  public interface Property {
    void check(Generator generator) throws Exception;
  }

  private Seeds() {}

  /** Checks the property for this many seeds. */
  public static void check(int runs, Property property) {
    Long only = Long.getLong("volute.seed");
    if (only != null) {
      checkOne(only, property);
      return;
    }
    long factor = Long.getLong("volute.runs", 1);
    for (long seed = 1; seed <= runs * factor; seed++) {
      checkOne(seed, property);
    }
  }

  private static void checkOne(long seed, Property property) {
    try {
      property.check(new Generator(seed));
    } catch (Exception | AssertionError | StackOverflowError failure) {
      throw new AssertionError(
          "with seed " + seed + ": " + failure + "\nreplay: " + replay(seed), failure);
    }
  }

  private static String replay(long seed) {
    StackWalker.StackFrame test =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .filter(frame -> !frame.getClassName().equals(Seeds.class.getName()))
                        .findFirst()
                        .orElseThrow());
    String className = test.getClassName();
    String simpleName = className.substring(className.lastIndexOf('.') + 1);
    return "mvn test -Dtest=" + simpleName + "#" + test.getMethodName() + " -Dvolute.seed=" + seed;
  }
}
