package org.palimpsest.training.executor;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.palimpsest.training.PalimpsestPlugin;

/**
 * Counts the work of all replicas of a process since it started, for Spark's metrics system. {@link
 * PalimpsestPlugin} registers it on every executor.
 */
public final class WorkerMeter {
  private final Counter steps = new Counter();
  private final Counter targetTokens = new Counter();
  private final Counter bytesSent = new Counter();
  private final Timer rounds = new Timer();

  public void register(MetricRegistry registry) {
    Map.of(
            "worker.steps", steps,
            "worker.targetTokens", targetTokens,
            "worker.bytesSent", bytesSent,
            "worker.rounds", rounds)
        .forEach(registry::register);
  }

  /** The last sums of one replica; the meter adds up their increases. */
  public final class Readings {
    private double weight;
    private long bytes;

    private Readings() {}

    /**
     * Counts a round.
     *
     * @param stepsMade steps of the replica in the round
     * @param seconds duration of the round
     * @param weightSoFar target tokens of the replica since it was created
     * @param bytesSoFar bytes sent by the replica since it was created
     */
    public void take(int stepsMade, double seconds, double weightSoFar, long bytesSoFar) {
      steps.inc(stepsMade);
      targetTokens.inc(Math.round(weightSoFar - weight));
      bytesSent.inc(bytesSoFar - bytes);
      rounds.update((long) (seconds * 1e9), TimeUnit.NANOSECONDS);
      weight = weightSoFar;
      bytes = bytesSoFar;
    }
  }

  /** Starts to count the work of a replica. */
  public Readings readings() {
    return new Readings();
  }
}
