package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.palimpsest.model.Collective;
import org.palimpsest.model.HeapVector;

/** Ranks as threads of one JVM, as in Spark's local mode, with a rendezvous for each test. */
final class Ranks implements BeforeEachCallback, AfterEachCallback {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Rendezvous rendezvous;

  @Override
  public void beforeEach(ExtensionContext test) {
    rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE);
  }

  @Override
  public void afterEach(ExtensionContext test) throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    rendezvous.close();
  }

  String address() {
    return rendezvous.address();
  }

  /** Closes the rendezvous, and opens another. */
  void reopen() {
    rendezvous.close();
    rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE);
  }

  void leave() {
    rendezvous.close();
  }

  void execute(Runnable work) {
    threads.execute(work);
  }

  /** Runs work on every rank, and returns the results. */
  <T> List<T> together(int size, Function<Collective, T> work) throws InterruptedException {
    return together(size, PATIENCE, work);
  }

  /** The same with another deadline. */
  <T> List<T> together(int size, Duration deadline, Function<Collective, T> work)
      throws InterruptedException {
    return together(size, deadline, Groups.devices(Sockets.any()), work);
  }

  /** The same with a group for vectors of devices. */
  <T> List<T> together(
      int size, Duration deadline, Optional<Groups.Devices> devices, Function<Collective, T> work)
      throws InterruptedException {
    String address = address();
    List<Future<T>> results =
        IntStream.range(0, size)
            .mapToObj(
                rank ->
                    threads.submit(
                        () -> {
                          try (Collective collective =
                              C10dCollective.join(
                                  address, rank, size, Sockets.any(), deadline, devices)) {
                            return work.apply(collective);
                          }
                        }))
            .toList();
    List<T> values = new ArrayList<>();
    for (Future<T> result : results) {
      try {
        values.add(result.get());
      } catch (ExecutionException e) {
        throw new AssertionError(e.getCause());
      }
    }
    return values;
  }

  /** Numbers that identify ranks and positions. */
  static HeapVector vector(int length, int rank) {
    HeapVector vector = new HeapVector(length);
    for (int i = 0; i < length; i++) {
      vector.values()[i] = value(i, rank);
    }
    return vector;
  }

  static float value(int i, int rank) {
    return (i % 1000) * 0.001f + 0.1f * rank;
  }
}
