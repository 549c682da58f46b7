package io.volute.transport.socket;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/**
 * What {@link DatagramIoTest} says, as a program: for a Java that has batches, started by one that
 * has not.
 */
final class BatchesRun {
  static final int WITHOUT_BATCHES = 3;

  private BatchesRun() {}

  public static void main(String[] arguments) throws ReflectiveOperationException {
    if (!NativeCalls.areThere()) {
      say("no batches on Java " + Runtime.version());
      System.exit(WITHOUT_BATCHES);
    }
    for (Method method : DatagramIoTest.class.getDeclaredMethods()) {
      if (method.isAnnotationPresent(Test.class)) {
        run(method);
      }
    }
  }

  private static void run(Method method) throws ReflectiveOperationException {
    DatagramIoTest test = new DatagramIoTest();
    try {
      method.invoke(test);
      say("done: " + method.getName());
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof TestAbortedException)) {
        throw e;
      }
      say("skipped: " + method.getName() + ", " + e.getCause().getMessage());
    } finally {
      test.closeAll();
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
