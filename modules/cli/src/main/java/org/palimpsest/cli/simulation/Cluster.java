package org.palimpsest.cli.simulation;

import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.config.Transport;

/**
 * A training and the machines it runs on, as input of a simulation.
 *
 * @param workers replicas
 * @param work of one worker between two exchanges
 * @param exchange between workers
 * @param faults and what a run does against them
 */
public record Cluster(int workers, Work work, Exchange exchange, Faults faults) {

  /**
   * The work of one worker.
   *
   * @param parameters numbers in a replica
   * @param stepSeconds a worker's time for a step, without communication
   * @param stepSpread standard deviation of that time, as a share of it
   * @param innerSteps steps of every worker between two exchanges
   */
  public record Work(long parameters, double stepSeconds, double stepSpread, int innerSteps) {
    public Work {
      require(parameters >= 1, "--parameters", "at least 1");
      require(stepSeconds > 0, "--step-seconds", "above 0");
      require(stepSpread >= 0, "--step-spread", "at least 0");
      require(innerSteps >= 1, "--inner-steps", "at least 1");
    }
  }

  /**
   * An exchange between workers.
   *
   * @param transport how workers exchange
   * @param bytesPerNumber on the wire: 4, or 2 and about 1 with compression
   * @param bandwidthBytes bytes per second that a worker can send and, at the same time, receive
   * @param latencySeconds of a message between two workers
   * @param fixedSeconds fixed cost of an exchange: calls, or a Spark job with {@link
   *     Transport#SPARK}
   */
  public record Exchange(
      Transport transport,
      double bytesPerNumber,
      double bandwidthBytes,
      double latencySeconds,
      double fixedSeconds) {
    public Exchange {
      require(bytesPerNumber > 0, "--bytes-per-number", "above 0");
      require(bandwidthBytes > 0, "--gigabits", "above 0");
      require(latencySeconds >= 0, "--latency-ms", "at least 0");
      require(fixedSeconds >= 0, "--round-seconds", "at least 0");
    }
  }

  /**
   * Failures of workers, and what a run does against them.
   *
   * @param hours mean time between the failures of one worker; infinite for none
   * @param checkpointSteps steps between checkpoints
   * @param checkpointSeconds time that training pauses at each; 0 for asynchronous checkpoints
   * @param restartSeconds time from a failure until training continues
   */
  public record Faults(
      double hours, long checkpointSteps, double checkpointSeconds, double restartSeconds) {
    public Faults {
      require(hours > 0, "--failure-hours", "above 0");
      require(checkpointSteps >= 1, "--checkpoint-steps", "at least 1");
      require(checkpointSeconds >= 0, "--checkpoint-seconds", "at least 0");
      require(restartSeconds >= 0, "--restart-seconds", "at least 0");
    }
  }

  public Cluster {
    require(workers >= 1, "--workers", "at least 1");
  }

  private static void require(boolean holds, String option, String rule) {
    if (!holds) {
      throw PalimpsestException.configuration(option + " must be " + rule + ".");
    }
  }

  /** Bytes of one worker's message. */
  double messageBytes() {
    return work.parameters * exchange.bytesPerNumber;
  }
}
