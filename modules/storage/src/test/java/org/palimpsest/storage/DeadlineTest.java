package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

@Timeout(30)
class DeadlineTest {
  private final Deadline deadline = Deadline.ofCheckpoints(Duration.ofMillis(200));
  private final CountDownLatch never = new CountDownLatch(1);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);

  private boolean hang() {
    entered.countDown();
    try {
      never.await();
      return true;
    } catch (InterruptedException e) {
      interrupted.countDown();
      return false;
    }
  }

  @Test
  void resultIsTheCalls() {
    assertThat(deadline.call("answer", () -> 42)).isEqualTo(42);
  }

  @Test
  void failureIsTheCalls() {
    PalimpsestException failure = PalimpsestException.input("no");
    assertThatThrownBy(
            () ->
                deadline.run(
                    "answer",
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThatThrownBy(
            () ->
                deadline.run(
                    "answer",
                    () -> {
                      throw new StackOverflowError();
                    }))
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  void waitEndsAndTheCallIsInterrupted() throws InterruptedException {
    assertThatThrownBy(() -> deadline.call("list x", this::hang))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The file system did not list x within 0.2 s: check whether it is reachable, or raise"
                + " checkpoint.timeout.")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.CLUSTER);
    interrupted.await();
  }

  @Test
  void waitEndsWhenTheCallerIsInterrupted() throws InterruptedException {
    AtomicReference<String> message = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                Deadline.ofCheckpoints(Duration.ofHours(1)).call("list x", this::hang);
              } catch (PalimpsestException e) {
                message.set(e.getMessage() + Thread.currentThread().isInterrupted());
              }
            });
    caller.start();
    entered.await();
    caller.interrupt();
    caller.join();
    assertThat(message).hasValue("The wait for the file system to list x was interrupted.true");
    interrupted.await();
  }
}
