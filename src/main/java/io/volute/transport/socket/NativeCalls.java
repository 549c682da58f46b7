package io.volute.transport.socket;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The system's calls for batches of datagrams, by the foreign-function API that Java has since 22.
 * The sources are Java 17's, so that API is reached by reflection, once; the calls themselves are
 * method handles of plain numbers, addresses included, and cost what direct ones cost.
 *
 * <p>Only on 64-bit Linux, whose structures {@link SystemLayout} knows.
 */
final class NativeCalls {
  /** Set to {@code off}, nothing here is used. */
  private static final String SWITCH = "volute.native";

  private static final int FIRST_JAVA = 22;
  private static final List<String> PROCESSORS = List.of("amd64", "x86_64", "aarch64");

  /** A record, since the JIT trusts its fields to stay as they are. */
  private record Bound(
      MethodHandle sendMany,
      MethodHandle receiveMany,
      MethodHandle setOption,
      MethodHandle ownName) {}

  private static final Bound BOUND = bind();

  private NativeCalls() {}

  static boolean areThere() {
    return BOUND != null;
  }

  private static Bound bind() {
    if (Runtime.version().feature() < FIRST_JAVA
        || "off".equals(System.getProperty(SWITCH))
        || !System.getProperty("os.name", "").equals("Linux")
        || !PROCESSORS.contains(System.getProperty("os.arch", "").toLowerCase(Locale.ROOT))
        || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      return null;
    }
    try {
      Linker linker = new Linker();
      return new Bound(
          linker.find("sendmmsg", int.class, long.class, int.class, int.class),
          linker.find("recvmmsg", int.class, long.class, int.class, int.class, long.class),
          linker.find("setsockopt", int.class, int.class, int.class, long.class, int.class),
          linker.find("getsockname", int.class, long.class, long.class));
    } catch (ReflectiveOperationException | NoSuchElementException e) {
      // A Java or a library without them: datagrams go one by one.
      return null;
    }
  }

  /** {@code java.lang.foreign.Linker} of the platform, by reflection. */
  private static final class Linker {
    private static final String FOREIGN = "java.lang.foreign.";

    private final Class<?> type = type("Linker");
    private final Class<?> layout = type("MemoryLayout");
    private final Object linker = type.getMethod("nativeLinker").invoke(null);
    private final Object lookup = type.getMethod("defaultLookup").invoke(linker);

    Linker() throws ReflectiveOperationException {
      // Fields above may not be found.
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
      return Class.forName(FOREIGN + name);
    }

    /** A function that returns an int. */
    MethodHandle find(String name, Class<?>... parameters) throws ReflectiveOperationException {
      Method find = type("SymbolLookup").getMethod("find", String.class);
      Object address = ((Optional<?>) find.invoke(lookup, name)).orElseThrow();
      Object layouts = Array.newInstance(layout, parameters.length);
      for (int i = 0; i < parameters.length; i++) {
        Array.set(layouts, i, layoutOf(parameters[i]));
      }
      Class<?> descriptor = type("FunctionDescriptor");
      Object form =
          descriptor
              .getMethod("of", layout, layouts.getClass())
              .invoke(null, layoutOf(int.class), layouts);
      Object noOptions = Array.newInstance(type("Linker$Option"), 0);
      return (MethodHandle)
          type.getMethod("downcallHandle", type("MemorySegment"), descriptor, noOptions.getClass())
              .invoke(linker, address, form, noOptions);
    }

    private static Object layoutOf(Class<?> number) throws ReflectiveOperationException {
      String field = number == int.class ? "JAVA_INT" : "JAVA_LONG";
      return type("ValueLayout").getField(field).get(null);
    }
  }

  /** The system's number of a socket; empty where this Java doesn't tell. */
  static Optional<Integer> descriptorOf(DatagramChannel channel) {
    try {
      Method method = Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal");
      method.setAccessible(true);
      return Optional.of((Integer) method.invoke(channel));
    } catch (ReflectiveOperationException | RuntimeException e) {
      // The latter where the package is not opened to us.
      return Optional.empty();
    }
  }

  /** {@code sendmmsg}: how many messages were taken, −1 for none. */
  static int sendMany(int socket, long headers, int count) {
    try {
      return (int) BOUND.sendMany().invokeExact(socket, headers, count, SystemLayout.MSG_DONTWAIT);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** {@code recvmmsg}: how many messages came, −1 for none. */
  static int receiveMany(int socket, long headers, int count) {
    try {
      return (int)
          BOUND.receiveMany().invokeExact(socket, headers, count, SystemLayout.MSG_DONTWAIT, 0L);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** {@code setsockopt}: whether it was done. */
  static boolean setOption(int socket, int level, int name, long value, int valueBytes) {
    try {
      return (int) BOUND.setOption().invokeExact(socket, level, name, value, valueBytes) == 0;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** {@code getsockname}: whether it was done. */
  static boolean ownName(int socket, long name, long nameBytes) {
    try {
      return (int) BOUND.ownName().invokeExact(socket, name, nameBytes) == 0;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(Throwable e) {
    return new IllegalStateException("a call of the system could not be made", e);
  }
}
