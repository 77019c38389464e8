package org.palimpsest.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DaemonThreadsTest {
  /** Whether work that always fails is done three times. */
  private static boolean isRepeated(Consumer<Throwable> failed) throws InterruptedException {
    CountDownLatch times = new CountDownLatch(3);
    ScheduledExecutorService thread =
        DaemonThreads.repeat(
            "failing",
            Duration.ofMillis(1),
            () -> {
              times.countDown();
              throw new OutOfMemoryError("injected");
            },
            failed);
    try {
      return times.await(10, TimeUnit.SECONDS);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void repeatsWorkThatFailsWithAnError() throws InterruptedException {
    assertThat(isRepeated(e -> assertThat(e).hasMessage("injected"))).isTrue();
  }

  @Test
  void repeatsWorkWhoseFailureCannotBeTold() throws InterruptedException {
    assertThat(
            isRepeated(
                e -> {
                  throw new OutOfMemoryError("again");
                }))
        .isTrue();
  }
}
