package org.palimpsest.training.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.workload.StepInput;

class PrefetchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static Iterator<StepInput<String>> steps(int count) {
    return Stream.iterate(0, i -> i + 1)
        .limit(count)
        .map(i -> new StepInput<>(List.of("batch " + i), i))
        .iterator();
  }

  @Test
  void yieldsStepsInOrderAndFailsAtTheEnd() {
    try (Prefetch<String> feed = new Prefetch<>(steps(20), 0, PATIENCE)) {
      for (int i = 0; i < 20; i++) {
        assertThat(feed.next().microBatches()).containsExactly("batch " + i);
      }
      assertThatThrownBy(feed::next)
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "The data ended before the last step: provide more data, or lower training.steps.");
    }
  }

  @Test
  void readsAheadWithinABound() {
    AtomicInteger made = new AtomicInteger();
    Iterator<StepInput<String>> counted =
        Stream.generate(() -> new StepInput<>(List.of("x"), made.incrementAndGet())).iterator();
    Prefetch<String> feed = new Prefetch<>(counted, 0, PATIENCE);
    feed.next();
    try (feed) {
      // One step is taken, two are in the queue, and the thread holds one more.
      await().until(() -> made.get() == 4);
      await().during(Duration.ofMillis(100)).until(() -> made.get() == 4);
    }
  }

  @Test
  void rethrowsAnErrorOfTheBackgroundThread() {
    Iterator<StepInput<String>> broken =
        Stream.<StepInput<String>>generate(
                () -> {
                  throw PalimpsestException.input("A lane is damaged.");
                })
            .iterator();
    try (Prefetch<String> feed = new Prefetch<>(broken, 0, PATIENCE)) {
      assertThatThrownBy(feed::next)
          .isInstanceOf(PalimpsestException.class)
          .hasMessage("A lane is damaged.");
    }
  }

  /** Spark's readers, which are in Scala, throw checked exceptions that they do not declare. */
  @Test
  void passesOnWhatAReaderDoesNotDeclare() {
    Iterator<StepInput<String>> broken =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public StepInput<String> next() {
            PrefetchTest.<RuntimeException>fail(new IOException("no such block"));
            throw new NoSuchElementException();
          }
        };
    try (Prefetch<String> feed = new Prefetch<>(broken, 0, PATIENCE)) {
      assertThatThrownBy(feed::next)
          .isInstanceOf(PalimpsestException.class)
          .hasMessage("The data cannot be read: java.io.IOException: no such block.")
          .hasRootCauseInstanceOf(IOException.class)
          .hasRootCauseMessage("no such block");
    }
  }

  @SuppressWarnings("unchecked") // The compiler must not see that it is a checked exception.
  private static <X extends Throwable> void fail(Throwable e) throws X {
    throw (X) e;
  }

  @Test
  void namesTheWorkerThatWaitsTooLongForData() {
    Iterator<StepInput<String>> stalled =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            LockSupport.parkNanos(Long.MAX_VALUE);
            return false;
          }

          @Override
          public StepInput<String> next() {
            throw new NoSuchElementException();
          }
        };
    try (Prefetch<String> feed = new Prefetch<>(stalled, 3, Duration.ofMillis(50))) {
      assertThatThrownBy(feed::next)
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "Worker 3 waited more than 0 s for the data of a step: check the storage of the"
                  + " data, or raise training.timeout.");
    }
  }
}
