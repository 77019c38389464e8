package org.palimpsest.cli.simulation;

import org.palimpsest.training.config.Transport;

/**
 * The expected performance of a {@link Cluster}: mean times of a round, and the cost of failures.
 *
 * <ul>
 *   <li><b>Computing</b>: H steps.
 *   <li><b>Waiting</b>: the slowest of W workers decides. Their times for H steps are assumed
 *       normal with deviation s·t·√H; the mean of the largest of W such times is Blom's
 *       approximation, Φ⁻¹((W − 0.375) / (W + 0.25)) deviations above the mean (Blom 1958).
 *   <li><b>Exchange</b> along a ring: 2(W − 1)/W messages at the link's speed and 2(W − 1)
 *       latencies (Patarasuk &amp; Yuan 2009). By Spark: (W − 1)/W messages through the shuffle,
 *       the sum into the driver, and back as a broadcast whose blocks the executors pass on. Both
 *       add a fixed cost.
 *   <li><b>Failures</b>: the run fails W times as often as a worker. With checkpoints that are τ of
 *       progress apart and cost δ each, and restarts of R, the mean time for τ is e^(R/M) · (e^((τ
 *       + δ)/M) − 1) · M, where M is the run's mean time between failures (Daly 2006).
 * </ul>
 *
 * The model ignores exchange that overlaps with steps, several workers on one link, and that fewer
 * synchronous steps may learn more from the same tokens.
 *
 * @param computingSeconds seconds of a round spent on steps
 * @param waitingSeconds seconds of a round spent waiting for the slowest worker
 * @param exchangeSeconds seconds of a round spent on the exchange
 * @param faultShare share of the time that remains after failures and checkpoints, 0 to 1
 * @param bytesPerStep bytes per step that one worker sends, on average
 * @param checkpointSteps optimal number of steps between checkpoints (Young 1974)
 */
public record Expectation(
    double computingSeconds,
    double waitingSeconds,
    double exchangeSeconds,
    double faultShare,
    double bytesPerStep,
    long checkpointSteps) {
  private static final double SECONDS_PER_HOUR = 3600;

  /** The expected performance of a cluster. */
  public static Expectation of(Cluster cluster) {
    double computing = cluster.work().innerSteps() * cluster.work().stepSeconds();
    double waiting =
        cluster.work().stepSpread()
            * cluster.work().stepSeconds()
            * Math.sqrt(cluster.work().innerSteps())
            * Normal.meanOfLargest(cluster.workers());
    double exchange = exchange(cluster);
    double stepSeconds = (computing + waiting + exchange) / cluster.work().innerSteps();
    double meanTime = cluster.faults().hours() * SECONDS_PER_HOUR / cluster.workers();
    return new Expectation(
        computing,
        waiting,
        exchange,
        faultShare(cluster, stepSeconds, meanTime),
        sentBytes(cluster) / cluster.work().innerSteps(),
        youngsInterval(cluster, stepSeconds, meanTime));
  }

  private static double exchange(Cluster cluster) {
    int workers = cluster.workers();
    if (workers == 1) {
      return 0;
    }
    double seconds =
        switch (cluster.exchange().transport()) {
          case COLLECTIVE ->
              sentBytes(cluster) / cluster.exchange().bandwidthBytes()
                  + 2 * (workers - 1) * cluster.exchange().latencySeconds();
          case SPARK ->
              (3.0 - 1.0 / workers) * cluster.messageBytes() / cluster.exchange().bandwidthBytes()
                  + 3 * cluster.exchange().latencySeconds();
        };
    return seconds + cluster.exchange().fixedSeconds();
  }

  private static double sentBytes(Cluster cluster) {
    int workers = cluster.workers();
    if (workers == 1) {
      return 0;
    }
    return cluster.exchange().transport() == Transport.COLLECTIVE
        ? 2 * cluster.messageBytes() * (workers - 1) / workers
        : cluster.messageBytes();
  }

  private static double faultShare(Cluster cluster, double stepSeconds, double meanTime) {
    double useful = cluster.faults().checkpointSteps() * stepSeconds;
    double whole = useful + cluster.faults().checkpointSeconds();
    if (Double.isInfinite(meanTime)) {
      return useful / whole;
    }
    double expected =
        Math.exp(cluster.faults().restartSeconds() / meanTime)
            * Math.expm1(whole / meanTime)
            * meanTime;
    return useful / expected;
  }

  /** √(2·δ·M) of progress; checkpoints without cost come after every round. */
  private static long youngsInterval(Cluster cluster, double stepSeconds, double meanTime) {
    double seconds = Math.sqrt(2 * cluster.faults().checkpointSeconds() * meanTime);
    if (Double.isInfinite(seconds)) {
      return Long.MAX_VALUE;
    }
    return Math.max(cluster.work().innerSteps(), Math.round(seconds / stepSeconds));
  }

  /** Seconds of a round, without failures. */
  public double roundSeconds() {
    return computingSeconds + waitingSeconds + exchangeSeconds;
  }

  /** The share of the workers' time spent on steps that no failure discards, 0 to 1. */
  public double efficiency() {
    return computingSeconds / roundSeconds() * faultShare;
  }
}
