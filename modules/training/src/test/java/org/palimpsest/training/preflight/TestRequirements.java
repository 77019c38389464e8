package org.palimpsest.training.preflight;

import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.Device;
import org.palimpsest.training.config.TrainingSettings.InnerState;
import org.palimpsest.training.config.TrainingSettings.Placement;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.config.WorkerResources;
import org.palimpsest.training.preflight.ClusterRequirements.Replica;
import org.palimpsest.training.workload.ReplicaSize;

/** Requirements for tests. */
final class TestRequirements {
  static final long MILLION = 1_000_000;

  private TestRequirements() {}

  /** Two workers on CPUs that hold four vectors of 30 million numbers. */
  static ClusterRequirements of(Transport exchange) {
    return of(exchange, 2, 30 * MILLION, Device.CPU);
  }

  static ClusterRequirements of(Transport exchange, int workers, long parameters, Device device) {
    return at(new Path("/tmp/run"), exchange, workers, parameters, device);
  }

  static ClusterRequirements with(WorkerResources resources, ClusterRequirements requirements) {
    Placement placement =
        new Placement(
            requirements.workers(),
            requirements.device(),
            resources,
            requirements.timeout(),
            requirements.startTimeout());
    return new ClusterRequirements(
        placement, requirements.transport(), requirements.replica(), requirements.directory());
  }

  static ClusterRequirements at(
      Path directory, Transport exchange, int workers, long parameters, Device device) {
    Placement placement =
        new Placement(
            workers, device, WorkerResources.USUAL, Duration.ofSeconds(20), Duration.ofSeconds(1));
    Replica replica =
        new Replica(
            Optional.of(new ReplicaSize(parameters, 2 * parameters)), 2, InnerState.CARRIED, 0);
    return new ClusterRequirements(placement, exchange, replica, directory);
  }
}
