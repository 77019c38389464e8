package org.palimpsest.training.executor;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.palimpsest.training.PalimpsestPlugin;

/**
 * What the replicas of a process have done, for Spark's metrics system: counters since the process
 * began. {@link PalimpsestPlugin} registers it on every executor.
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

  /** The sums of one replica, of which the meter counts what has come to them. */
  public final class Readings {
    private double weight;
    private long bytes;

    private Readings() {}

    /**
     * A round is over.
     *
     * @param stepsMade in it
     * @param seconds it took
     * @param weightSoFar target tokens of the replica since it was made
     * @param bytesSoFar sent by the replica since it was made
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

  /** Begins to read the sums of a replica. */
  public Readings readings() {
    return new Readings();
  }
}
