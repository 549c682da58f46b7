package io.volute.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AddressBookTest {
  private static final HostPort HOST = new HostPort("host.example", 7);

  private final TransportCounters counters = new TransportCounters();
  private final Queue<Runnable> lookups = new ArrayDeque<>();
  private final AddressBook book =
      new AddressBook(this::lookup, this::enqueue, () -> this.nanos, counters);
  private long nanos;
  private String answer = "10.0.0.1";
  private boolean rejects;

  @Test
  void shouldKnowLiteralsAtOnce() throws Exception {
    assertEquals(address("10.1.2.3", 7), book.find(new HostPort("10.1.2.3", 7)));
    assertEquals(address("::1", 8), book.find(new HostPort("::1", 8)));
    assertEquals(address("fe80:0:0:0:0:0:0:1", 9), book.find(new HostPort("fe80::1", 9)));
    assertEquals(0, lookups.size());
  }

  @Test
  void shouldAskForWhatOnlyLooksLikeALiteral() {
    for (String host : new String[] {"999.1.1.1", "1.2.3", "1.2.3.4.5", "1..2.3", "fe80::zz"}) {
      assertEquals(Optional.empty(), book.find(new HostPort(host, 7)), host);
    }
    assertEquals(5, lookups.size());
  }

  @Test
  void shouldLookANameUpElsewhereAndOnce() throws Exception {
    assertEquals(Optional.empty(), book.find(HOST));
    assertEquals(Optional.empty(), book.find(HOST));
    assertEquals(1, lookups.size());

    answerLookups();

    assertEquals(address("10.0.0.1", 7), book.find(HOST));
    assertEquals(address("10.0.0.1", 7), book.find(HOST));
    assertEquals(0, lookups.size());
  }

  @Test
  void shouldAskAgainLaterAndKeepTheOldAnswerMeanwhile() throws Exception {
    book.find(HOST);
    answerLookups();
    answer = "10.0.0.2";
    nanos = AddressBook.REFRESH_NANOS - 1;
    book.find(HOST);
    assertEquals(0, lookups.size());

    nanos = AddressBook.REFRESH_NANOS;
    assertEquals(address("10.0.0.1", 7), book.find(HOST));
    answerLookups();
    assertEquals(address("10.0.0.2", 7), book.find(HOST));

    answer = "";
    nanos += AddressBook.REFRESH_NANOS;
    book.find(HOST);
    answerLookups();
    assertEquals(address("10.0.0.2", 7), book.find(HOST), "an old answer is better than none");
  }

  @Test
  void shouldPauseAfterAFailure() throws Exception {
    answer = "";
    book.find(HOST);
    answerLookups();
    assertEquals(1, counters.get(TransportCounter.RESOLUTION_FAILURES));
    assertEquals(Optional.empty(), book.find(HOST));
    assertEquals(0, lookups.size());

    answer = "10.0.0.1";
    nanos = AddressBook.RETRY_NANOS;
    book.find(HOST);
    answerLookups();
    assertEquals(address("10.0.0.1", 7), book.find(HOST));
  }

  @Test
  void shouldTryAgainWhenTooManyOthersWait() throws Exception {
    rejects = true;
    assertEquals(Optional.empty(), book.find(HOST));

    rejects = false;
    assertEquals(Optional.empty(), book.find(HOST));
    answerLookups();
    assertEquals(address("10.0.0.1", 7), book.find(HOST));
  }

  @Test
  void shouldForgetWhatWasNotUsedForLongest() {
    for (int i = 0; i <= AddressBook.MAX_ENTRIES; i++) {
      book.find(HOST);
      book.find(new HostPort("host" + i, 7));
    }
    lookups.clear();

    book.find(HOST);
    assertEquals(0, lookups.size(), "known, and asked for");
    book.find(new HostPort("host0", 7));
    assertEquals(1, lookups.size(), "forgotten, and asked for again");
  }

  @Test
  void shouldRejectLookupsBeyondItsQueue() throws Exception {
    ExecutorService resolver = AddressBook.newResolver();
    CountDownLatch slow = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(AddressBook.MAX_WAITING + 1);
    Runnable lookup =
        () -> {
          try {
            assertTrue(slow.await(10, TimeUnit.SECONDS));
            done.countDown();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try {
      for (int i = 0; i <= AddressBook.MAX_WAITING; i++) {
        resolver.execute(lookup);
      }
      assertThrows(RejectedExecutionException.class, () -> resolver.execute(lookup));
      slow.countDown();
      assertTrue(done.await(10, TimeUnit.SECONDS));
    } finally {
      resolver.shutdownNow();
    }
  }

  private void enqueue(Runnable lookup) {
    if (rejects) {
      throw new RejectedExecutionException();
    }
    lookups.add(lookup);
  }

  private void answerLookups() {
    assertEquals(1, lookups.size());
    lookups.remove().run();
  }

  private InetAddress lookup(String host) throws UnknownHostException {
    if (answer.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return InetAddress.getByName(answer);
  }

  private static Optional<InetSocketAddress> address(String literal, int port) throws Exception {
    return Optional.of(new InetSocketAddress(InetAddress.getByName(literal), port));
  }
}
