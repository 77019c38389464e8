package org.palimpsest.cli.simulation;

import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.config.Transport;

/**
 * What a simulation knows of a training and of the machines it runs on.
 *
 * @param workers replicas
 * @param parameters numbers in a replica
 * @param stepSeconds a worker's time for a step, communication not counted
 * @param stepSpread standard deviation of that time, as a share of it
 * @param innerSteps steps of every worker between two exchanges
 * @param bytesPerNumber on the wire: 4, or 2 and about 1 with compression
 * @param transport how workers exchange
 * @param bandwidthBytes a second that a worker can send, and at the same time receive
 * @param latencySeconds of a message between two workers
 * @param roundSeconds fixed cost of an exchange: calls, and with {@link Transport#SPARK} a Spark
 *     job
 * @param failureHours mean time between the failures of one worker; infinite for none
 * @param checkpointSteps steps between restart points
 * @param checkpointSeconds for which training stands still at each; 0 where it goes on meanwhile
 * @param restartSeconds from a failure until steps are made again
 */
public record Cluster(
    int workers,
    long parameters,
    double stepSeconds,
    double stepSpread,
    int innerSteps,
    double bytesPerNumber,
    Transport transport,
    double bandwidthBytes,
    double latencySeconds,
    double roundSeconds,
    double failureHours,
    long checkpointSteps,
    double checkpointSeconds,
    double restartSeconds) {

  public Cluster {
    refuseUnless(workers >= 1, "--workers", "at least 1");
    refuseUnless(parameters >= 1, "--parameters", "at least 1");
    refuseUnless(stepSeconds > 0, "--step-seconds", "above 0");
    refuseUnless(stepSpread >= 0, "--step-spread", "at least 0");
    refuseUnless(innerSteps >= 1, "--inner-steps", "at least 1");
    refuseUnless(bytesPerNumber > 0, "--bytes-per-number", "above 0");
    refuseUnless(bandwidthBytes > 0, "--gigabits", "above 0");
    refuseUnless(latencySeconds >= 0, "--latency-ms", "at least 0");
    refuseUnless(roundSeconds >= 0, "--round-seconds", "at least 0");
    refuseUnless(failureHours > 0, "--failure-hours", "above 0");
    refuseUnless(checkpointSteps >= 1, "--checkpoint-steps", "at least 1");
    refuseUnless(checkpointSeconds >= 0, "--checkpoint-seconds", "at least 0");
    refuseUnless(restartSeconds >= 0, "--restart-seconds", "at least 0");
  }

  private static void refuseUnless(boolean holds, String option, String rule) {
    if (!holds) {
      throw PalimpsestException.configuration(option + " must be " + rule + ".");
    }
  }

  /** Bytes of what one worker has to tell. */
  double messageBytes() {
    return parameters * bytesPerNumber;
  }
}
