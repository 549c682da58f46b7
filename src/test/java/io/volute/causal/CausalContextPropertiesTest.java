package io.volute.causal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.Actor;
import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import io.volute.testing.Words;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Contexts against a naive set of dots. */
class CausalContextPropertiesTest {
  private static final int RUNS = 2000;

  /** A context as a plain set: every dot that was added, and how far each actor was raised. */
  private static final class Model {
    final Map<Actor, Long> raised = new HashMap<>();
    final Set<Dot> dots = new HashSet<>();

    boolean covers(Dot dot) {
      return dots.contains(dot) || dot.counter() <= raised.getOrDefault(dot.actor(), 0L);
    }

    boolean covers(Model other) {
      return other.dots.stream().allMatch(this::covers)
          && other.raised.entrySet().stream()
              .allMatch(entry -> entry.getValue() <= raised.getOrDefault(entry.getKey(), 0L));
    }

    void join(Model other) {
      dots.addAll(other.dots);
      other.raised.forEach((actor, counter) -> raised.merge(actor, counter, Math::max));
    }
  }

  private CausalContext context = CausalContext.EMPTY;
  private Model model = new Model();

  /** Builds a context and its model by the same random steps. */
  private void build(Generator generator) {
    context = CausalContext.EMPTY;
    model = new Model();
    for (int i = generator.below(10); i > 0; i--) {
      Dot dot = Words.dot(generator);
      if (generator.chance(60)) {
        context = context.with(dot);
        model.dots.add(dot);
      } else {
        context = context.raised(dot.actor(), dot.counter());
        model.raised.merge(dot.actor(), dot.counter(), Math::max);
      }
    }
  }

  private static void assertSameDots(Model model, CausalContext context) {
    for (Actor actor : Words.ACTORS) {
      long highest = 0;
      for (long counter = 1; counter <= Words.MAX_COUNTER + 1; counter++) {
        Dot dot = new Dot(actor, counter);
        assertEquals(model.covers(dot), context.covers(dot), dot + " in " + context);
        highest = model.covers(dot) ? counter : highest;
      }
      assertEquals(highest, context.highest(actor));
      assertEquals(highest > 0, context.actors().contains(actor));
    }
  }

  @Test
  void shouldHoldTheSameDotsAsTheModelWhenBuiltAndJoined() {
    Seeds.check(
        RUNS,
        generator -> {
          build(generator);
          CausalContext first = context;
          Model firstModel = model;
          assertSameDots(model, context);
          build(generator);
          assertEquals(firstModel.covers(model), first.covers(context), first + " / " + context);
          assertEquals(model.covers(firstModel), context.covers(first), context + " / " + first);
          assertSameMissing(firstModel, first, model, context);
          model.join(firstModel);
          assertSameDots(model, context.join(first));
        });
  }

  private static void assertSameMissing(
      Model mine, CausalContext context, Model theirs, CausalContext other) {
    for (Actor actor : Words.ACTORS) {
      long expected = Long.MAX_VALUE;
      for (long counter = Words.MAX_COUNTER; counter >= 1; counter--) {
        Dot dot = new Dot(actor, counter);
        // A base above the other's may hide any dot between them.
        boolean isHidden =
            counter <= mine.raised.getOrDefault(actor, 0L)
                && counter > theirs.raised.getOrDefault(actor, 0L);
        expected = isHidden || (mine.covers(dot) && !theirs.covers(dot)) ? counter : expected;
      }
      assertEquals(expected, context.firstMissingIn(other, actor), () -> context + " / " + other);
    }
  }

  @Test
  void shouldBeALeastUpperBoundWhenJoined() {
    Seeds.check(
        RUNS,
        generator -> {
          CausalContext a = Words.context(generator);
          CausalContext b = Words.context(generator);
          CausalContext c = Words.context(generator);
          CausalContext joined = a.join(b);
          assertEquals(a, a.join(a));
          assertEquals(joined, b.join(a));
          assertEquals(joined.hashCode(), b.join(a).hashCode());
          assertEquals(joined.join(c), a.join(b.join(c)));
          assertTrue(joined.covers(a) && joined.covers(b));
          assertEquals(joined, joined.join(a));
          assertEquals(a.covers(b), joined.equals(a), a + " / " + b);
          assertEquals(c.covers(a) && c.covers(b), c.covers(joined));
        });
  }
}
