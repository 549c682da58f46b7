package io.volute;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who may import whom. Think hard before you change a table here: each line that is added makes a
 * room harder to understand alone, and what the core may touch decides whether a failing seed of
 * the simulator can be replayed.
 */
final class ArchitectureTest {

  /**
   * The rooms in reading order: floor, room, and the rooms of the same floor it may import; a star
   * stands for all above it on its floor.
   */
  private static final String ROOMS =
      """
      0 identity
      0 causal        -> identity
      0 record        -> identity causal
      0 hashing       -> identity causal record
      0 settings      -> identity record
      0 command       -> identity causal record
      0 message       -> identity causal record command
      1 port
      2 membership
      2 placement
      2 exchange      -> membership placement
      2 transfer      -> membership exchange
      2 coordination  -> membership placement exchange transfer
      2 handoff       -> membership placement exchange
      2 following     -> membership placement exchange
      2 entropy       -> membership placement exchange
      2 reaping       -> membership placement exchange entropy
      2 watching      -> exchange
      2 admission
      2 kernel        -> *
      3 codec
      3 storage
      3 transport     -> codec
      3 agent
      4 listen
      4 http          -> listen
      4 resp          -> listen
      4 metrics
      5 daemon
      5 client
      5 cli           -> daemon client
      5 volute        -> daemon client
      """;

  /** Every library that our code may use, and its rooms. What stands in no line is used nowhere. */
  private static final String LIBRARIES =
      """
      io.undertow   -> http
      org.xnio      -> listen http resp
      org.jboss     -> http
      net.openhft   -> storage
      org.rocksdb   -> storage
      org.msgpack   -> codec
      org.jctools   -> agent
      org.agrona    -> agent transport storage codec
      picocli       -> cli
      org.HdrHistogram -> cli
      io.prometheus -> metrics
      """;

  private static final int HIGHEST_CORE_FLOOR = 2;

  private record Room(String name, int floor, List<String> neighbours) {}

  private static Map<String, Room> rooms;
  private static Map<String, List<String>> libraries;
  private static JavaClasses classes;

  @BeforeAll
  static void readTablesAndClasses() {
    rooms = new LinkedHashMap<>();
    for (String line : ROOMS.lines().toList()) {
      String[] sides = line.split("->", 2);
      String[] floorAndName = sides[0].strip().split(" ", 2);
      int floor = Integer.parseInt(floorAndName[0]);
      List<String> neighbours = names(sides);
      if (neighbours.equals(List.of("*"))) {
        neighbours = namesOn(floor);
      }
      rooms.put(floorAndName[1], new Room(floorAndName[1], floor, neighbours));
    }
    libraries = new LinkedHashMap<>();
    for (String line : LIBRARIES.lines().toList()) {
      String[] sides = line.split("->", 2);
      libraries.put(sides[0].strip(), names(sides));
    }
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.volute");
  }

  private static List<String> names(String[] sides) {
    return sides.length == 1 ? List.of() : List.of(sides[1].strip().split(" +"));
  }

  private static List<String> namesOn(int floor) {
    return rooms.values().stream().filter(r -> r.floor() == floor).map(Room::name).toList();
  }

  @Test
  void tableShouldNameOnlyRoomsThatStandAboveOnTheSameFloor() {
    List<Room> read = new ArrayList<>();
    for (Room room : rooms.values()) {
      for (String neighbour : room.neighbours()) {
        assertTrue(
            read.contains(rooms.get(neighbour)) && rooms.get(neighbour).floor() == room.floor(),
            () -> room.name() + " names " + neighbour + ", which does not stand above it");
      }
      read.add(room);
    }
  }

  @Test
  void everyClassShouldLiveInARoomOfTheTable() {
    Findings findings = new Findings();
    for (JavaClass each : classes) {
      if (!rooms.containsKey(roomOf(each.getPackageName()))) {
        findings.add(each.getName() + " is in no room of ArchitectureTest's table");
      }
    }
    findings.assertNone();
  }

  @Test
  void importsShouldGoToLowerFloorsOrWhereTheLineSays() {
    Findings findings = new Findings();
    eachDependency(
        (room, dependency) -> {
          String targetName = roomOf(dependency.getTargetClass().getPackageName());
          Room target = rooms.get(targetName);
          if (target == null || target.equals(room) || target.floor() < room.floor()) {
            return;
          }
          if (target.floor() > room.floor()) {
            findings.add("%s: %s must not look up to %s", dependency, room.name(), targetName);
          } else if (!room.neighbours().contains(targetName)) {
            findings.add(
                "%s: the line of %s does not name %s", dependency, room.name(), targetName);
          }
        });
    findings.assertNone();
  }

  @Test
  void librariesShouldStayInTheirRooms() {
    Findings findings = new Findings();
    eachDependency(
        (room, dependency) -> {
          String target = baseOf(dependency.getTargetClass()).getName();
          if (isPlatform(target) || target.startsWith("io.volute.")) {
            return;
          }
          List<String> allowed = List.of();
          for (Map.Entry<String, List<String>> library : libraries.entrySet()) {
            if (target.startsWith(library.getKey() + ".")) {
              allowed = library.getValue();
            }
          }
          if (!allowed.contains(room.name())) {
            findings.add("%s: %s may be used in %s", dependency, target, allowed);
          }
        });
    findings.assertNone();
  }

  @Test
  void coreShouldTouchNothingOfTheWorld() {
    Findings findings = new Findings();
    for (JavaClass each : classes) {
      Room room = rooms.get(roomOf(each.getPackageName()));
      if (room != null && room.floor() <= HIGHEST_CORE_FLOOR) {
        CorePurity.check(each, findings::add);
      }
    }
    findings.assertNone();
  }

  private static void eachDependency(BiConsumer<Room, Dependency> check) {
    for (JavaClass each : classes) {
      Room room = rooms.get(roomOf(each.getPackageName()));
      if (room != null) {
        each.getDirectDependenciesFromSelf().forEach(dependency -> check.accept(room, dependency));
      }
    }
  }

  /**
   * {@code io.volute.http.sub} is in the room {@code http}, what stands right in {@code io.volute}
   * in the room {@code volute}; what is not ours is in none.
   */
  private static String roomOf(String packageName) {
    if (packageName.equals("io.volute")) {
      return "volute";
    }
    String[] parts = packageName.split("\\.", 4);
    boolean ours = parts.length > 2 && parts[0].equals("io") && parts[1].equals("volute");
    return ours ? parts[2] : "";
  }

  static JavaClass baseOf(JavaClass type) {
    return type.isArray() ? type.getBaseComponentType() : type;
  }

  /** Java itself, the JDK's own modules included; the core has a stricter rule. */
  private static boolean isPlatform(String name) {
    return name.indexOf('.') < 0
        || List.of("java.", "javax.", "jdk.", "sun.", "com.sun.").stream()
            .anyMatch(name::startsWith);
  }

  /** What is wrong, each thing once and in order, so that one run shows all of it. */
  private static final class Findings {
    private final TreeSet<String> lines = new TreeSet<>();

    void add(String line) {
      lines.add(line);
    }

    void add(String form, Dependency dependency, Object... rest) {
      Object[] all = new Object[rest.length + 1];
      all[0] = dependency.getDescription();
      System.arraycopy(rest, 0, all, 1, rest.length);
      add(form.formatted(all));
    }

    void assertNone() {
      if (!lines.isEmpty()) {
        fail("\n" + String.join("\n", lines));
      }
    }
  }
}
