package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.process.ChildJvm;
import org.palimpsest.training.Census;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;

/**
 * Two processes that want the same run get signals at random moments: they are stopped, some for
 * longer than their lease, continued, terminated, and killed, while they publish or not. A step
 * that was published is not lost, and the run ends with the bytes of an undisturbed one.
 */
@ExtendWith(SparkExtension.class)
@Tag("torture")
class SignalsTest {
  private static final int PROCESSES = 2;
  private static final Duration LONGEST = Duration.ofMinutes(5);

  @TempDir Path folder;

  private final SparkSession spark;
  private final List<Process> processes = new ArrayList<>();
  private final Map<Signal, Integer> sent = new EnumMap<>(Signal.class);

  private enum Signal {
    STOP,
    CONT,
    TERM,
    KILL
  }

  SignalsTest(SparkSession spark) {
    this.spark = spark;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @Timeout(900)
  void signalsDoNotChangeTheResult(long seed) throws Exception {
    ToyRuns runs = new ToyRuns(spark, folder);
    Recipe signaled = SignaledRun.recipe(runs, "signaled");
    Random random = new Random(seed);
    long end = System.nanoTime() + LONGEST.toNanos();
    long newest = 0;
    try {
      while (newest < SignaledRun.STEPS && System.nanoTime() < end) {
        startMissing();
        Thread.sleep(random.nextInt(1500));
        signal(random);
        long step = newestGood(runs, signaled);
        assertThat(step).as("newest good step after %s", sent).isGreaterThanOrEqualTo(newest);
        newest = step;
      }
    } finally {
      endAll();
    }
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreException(PalimpsestException.class) // While a lease that was not returned expires.
        .until(() -> runs.train(signaled, SignaledRun.workload()).step() == SignaledRun.STEPS);
    Recipe whole = SignaledRun.recipe(runs, "whole");
    runs.train(whole, SignaledRun.workload());

    System.out.println("Signals sent: " + sent);
    assertThat(sent.get(Signal.CONT)).as("processes that were continued").isPositive();
    assertThat(KillTest.digest(runs, signaled)).isEqualTo(KillTest.digest(runs, whole));
    float[] once = new float[SignaledRun.STEPS * Census.BATCH];
    Arrays.fill(once, 1);
    assertThat(runs.parameters(signaled))
        .as("how often each example was used")
        .containsExactly(once, within(1e-3f));
  }

  private static long newestGood(ToyRuns runs, Recipe recipe) {
    // The run deletes checkpoints while they are verified here.
    return await()
        .atMost(Duration.ofSeconds(30))
        .ignoreException(PalimpsestException.class)
        .until(
            () -> runs.checkpoints(recipe).newestValid(w -> {}).map(Checkpoint::step).orElse(0L),
            step -> true);
  }

  private void startMissing() throws IOException {
    processes.removeIf(process -> !process.isAlive());
    while (processes.size() < PROCESSES) {
      processes.add(
          ChildJvm.of(SignaledRun.class, folder.toString(), "signaled")
              .with("-Xmx512m", "-XX:TieredStopAtLevel=1")
              .start(folder.resolve("log.txt")));
    }
  }

  private void signal(Random random) throws Exception {
    Process chosen = processes.get(random.nextInt(processes.size()));
    switch (random.nextInt(8)) {
      case 0 -> send(chosen, Signal.KILL);
      case 1 -> send(chosen, Signal.TERM);
      case 2, 3, 4 -> pause(chosen, random.nextInt(500));
      case 5 -> pause(chosen, SignaledRun.LEASE * 1000L + random.nextInt(4000));
      default -> {}
    }
  }

  private void pause(Process process, long ms) throws Exception {
    send(process, Signal.STOP);
    Thread.sleep(ms);
    send(process, Signal.CONT);
  }

  private void send(Process process, Signal signal) throws Exception {
    if (process.isAlive()) {
      int code =
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      sent.merge(signal, code == 0 ? 1 : 0, Integer::sum);
    }
  }

  private void endAll() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }
}
