package io.volute.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AgentRunnerTest {
  private static final long LONG_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final Doorbell doorbell = new Doorbell(new ParkedSleep());
  private final ScriptedAgent agent = new ScriptedAgent();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final CountDownLatch failed = new CountDownLatch(1);
  private final AgentRunner runner =
      new AgentRunner(
          agent,
          doorbell,
          (role, failure) -> {
            failures.add(failure);
            failed.countDown();
          });

  @AfterEach
  void close() {
    agent.release.countDown();
    assertTrue(runner.close(5000));
  }

  @Test
  void shouldRunAllOfAnAgentsLifeOnOneNamedThread() throws Exception {
    runner.start();
    assertTrue(agent.firstTurn.await(5, TimeUnit.SECONDS));

    assertTrue(runner.close(5000));

    assertEquals("start", agent.calls.get(0));
    assertEquals("work", agent.calls.get(1));
    assertEquals("close", agent.calls.get(agent.calls.size() - 1));
    assertEquals(1, agent.threads.stream().distinct().count());
    assertEquals("the role", agent.threads.get(0).getName());
    assertFalse(runner.hasFailed());
    assertTrue(runner.close(1), "closing again changes nothing");
  }

  @Test
  void shouldSleepWhileThereIsNothingToDo() throws Exception {
    runner.start();
    assertTrue(agent.firstTurn.await(5, TimeUnit.SECONDS));
    Thread.sleep(200);

    assertTrue(agent.turns.get() <= 3, agent.turns + " turns without work");
  }

  @Test
  void shouldTakeATurnAtTheDeadline() throws Exception {
    agent.restMillis = 5;
    runner.start();
    assertTrue(agent.firstTurn.await(5, TimeUnit.SECONDS));
    Thread.sleep(200);

    int turns = agent.turns.get();
    assertTrue(turns > 3 && turns <= 60, turns + " turns in 200 ms with a deadline each 5 ms");
  }

  @Test
  void shouldGoOnAtOnceWhileThereIsWork() throws Exception {
    agent.busyTurns = 1000;
    runner.start();

    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (agent.turns.get() < 1000 && System.nanoTime() < end) {
      Thread.sleep(1);
    }
    assertTrue(agent.turns.get() >= 1000);
  }

  @Test
  void shouldReportAFailureOnceAndCloseTheAgent() throws Exception {
    Exception failure = new Exception("broken");
    Exception failureAtEnd = new Exception("broken at the end as well");
    agent.failInWork = failure;
    agent.failInClose = failureAtEnd;
    runner.start();

    assertTrue(failed.await(5, TimeUnit.SECONDS));
    assertTrue(runner.close(5000));

    assertEquals(List.of(failure), failures);
    assertSame(failureAtEnd, failure.getSuppressed()[0]);
    assertEquals(List.of("start", "work", "close"), agent.calls);
    assertTrue(runner.hasFailed());
  }

  @Test
  void shouldTakeNoTurnWhenTheStartFails() throws Exception {
    agent.failInStart = new Exception("no start");
    runner.start();

    assertTrue(failed.await(5, TimeUnit.SECONDS));
    assertTrue(runner.close(5000));

    assertEquals(List.of(agent.failInStart), failures);
    assertEquals(List.of("start", "close"), agent.calls);
  }

  @Test
  void shouldReportAFailureAtTheEnd() {
    agent.failInClose = new Exception("broken at the end");
    runner.start();

    assertTrue(runner.close(5000));

    assertEquals(List.of(agent.failInClose), failures);
  }

  @Test
  void shouldNotWaitForeverForAnAgentThatHangs() throws Exception {
    agent.hangs = true;
    runner.start();
    assertTrue(agent.firstTurn.await(5, TimeUnit.SECONDS));

    assertFalse(runner.close(50));
  }

  @Test
  void shouldNotWaitForItselfWhenItsOwnThreadClosesIt() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    agent.inWork =
        () -> {
          assertFalse(runner.close(LONG_MILLIS));
          closed.countDown();
        };
    runner.start();

    assertTrue(closed.await(5, TimeUnit.SECONDS));
    assertTrue(runner.close(5000));
    assertEquals(List.of(), failures);
  }

  @Test
  void shouldNotStartTwice() {
    runner.start();

    assertThrows(IllegalStateException.class, runner::start);
  }

  private static final class ScriptedAgent implements Agent {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final CountDownLatch firstTurn = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private long restMillis = LONG_MILLIS;
    private int busyTurns;
    private boolean hangs;
    private Runnable inWork = () -> {};
    private Exception failInStart;
    private Exception failInWork;
    private Exception failInClose;

    @Override
    public String roleName() {
      return "the role";
    }

    @Override
    public void onStart() throws Exception {
      called("start", failInStart);
    }

    @Override
    public int doWork() throws Exception {
      int turn = turns.incrementAndGet();
      firstTurn.countDown();
      inWork.run();
      if (hangs) {
        release.await();
      }
      if (turn <= 1 || failInWork != null) {
        called("work", failInWork);
      }
      return turn < busyTurns ? 1 : 0;
    }

    @Override
    public boolean hasWork() {
      return false;
    }

    @Override
    public long restMillis() {
      return restMillis;
    }

    @Override
    public void onClose() throws Exception {
      called("close", failInClose);
    }

    private void called(String method, Exception failure) throws Exception {
      calls.add(method);
      threads.add(Thread.currentThread());
      if (failure != null) {
        throw failure;
      }
    }
  }
}
