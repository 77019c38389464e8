package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.security.UserGroupInformation;
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
  void callsUseThreadsAgain() {
    Set<Long> threads = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      threads.add(deadline.call("answer", () -> Thread.currentThread().getId()));
    }
    assertThat(threads).hasSizeLessThan(10);
  }

  @Test
  void aCallHasTheUserAndTheClassLoaderOfItsCaller() throws IOException {
    String usual = UserGroupInformation.getCurrentUser().getUserName();
    UserGroupInformation other = UserGroupInformation.createRemoteUser("somebody");
    ClassLoader loader = new URLClassLoader(new URL[0]);
    assertThat(user()).isEqualTo(usual);
    assertThat(other.doAs((PrivilegedAction<String>) this::user)).isEqualTo("somebody");
    Thread.currentThread().setContextClassLoader(loader);
    try {
      assertThat(deadline.call("answer", () -> Thread.currentThread().getContextClassLoader()))
          .isSameAs(loader);
    } finally {
      Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
    }
    assertThat(user()).isEqualTo(usual);
  }

  private String user() {
    return deadline.call(
        "name the user",
        () -> {
          try {
            return UserGroupInformation.getCurrentUser().getUserName();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
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
