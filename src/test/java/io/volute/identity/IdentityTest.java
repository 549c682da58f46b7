package io.volute.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  private static final NodeId A = new NodeId("a");
  private static final HostPort ADDRESS = new HostPort("h", 1);

  @ParameterizedTest
  @ValueSource(strings = {"a", "Z", "0", ".", "_", "-", "..", "node-1.example_2"})
  void shouldBeANodeIdWhenCharactersAreAllowed(String text) {
    assertTrue(NodeId.isValid(text));
    assertEquals(text, new NodeId(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "a:b", "a#b", "a=b", "ä", "a\n", "a\u0000", "٣"})
  void shouldBeNoNodeIdWhenAnyCharacterIsNot(String text) {
    assertFalse(NodeId.isValid(text));
    assertThrows(IllegalArgumentException.class, () -> new NodeId(text));
  }

  @Test
  void shouldBoundTheNodeIdWhenItIsLong() {
    assertTrue(NodeId.isValid("x".repeat(64)));
    assertFalse(NodeId.isValid("x".repeat(65)));
  }

  @Test
  void shouldOrderActorsByNodeThenLifeWhenSorted() {
    Actor first = new Actor(A, 0);
    Actor second = new Actor(A, 10);
    Actor third = new Actor(new NodeId("a-"), 0);
    Actor fourth = new Actor(new NodeId("b"), 0);
    assertEquals(
        List.of(first, second, third, fourth),
        List.of(fourth, third, second, first).stream().sorted().toList());
    assertEquals("a#10", second.toString());
  }

  @Test
  void shouldRefuseActorWhenIncarnationIsOutOfRange() {
    assertEquals(9007199254740991L, new Actor(A, Actor.MAX_INCARNATION).incarnation());
    assertThrows(IllegalArgumentException.class, () -> new Actor(A, -1));
    assertThrows(IllegalArgumentException.class, () -> new Actor(A, Actor.MAX_INCARNATION + 1));
  }

  @Test
  void shouldRefuseMemberWhenZoneOrWeightIsOutOfRange() {
    Optional<String> zone = Optional.of("z");
    assertEquals("a h:1 zone=z weight=1000", new MemberEntry(A, ADDRESS, zone, 1000).toString());
    assertEquals("a h:1", new MemberEntry(A, ADDRESS, Optional.empty(), 1).toString());
    assertThrows(IllegalArgumentException.class, () -> new MemberEntry(A, ADDRESS, zone, 0));
    assertThrows(IllegalArgumentException.class, () -> new MemberEntry(A, ADDRESS, zone, 1001));
    assertThrows(
        IllegalArgumentException.class, () -> new MemberEntry(A, ADDRESS, Optional.of("a b"), 100));
  }
}
