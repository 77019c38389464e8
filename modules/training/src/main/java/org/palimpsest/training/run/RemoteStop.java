package org.palimpsest.training.run;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;

/**
 * Stops a run of another process, on this or another host, through the folder of its checkpoints.
 * Needs no Spark session. For a run in this process, call {@link Run#stop}.
 */
public final class RemoteStop {
  private static final Duration POLL = Duration.ofMillis(500);

  /** For what the owner does before it looks for requests, and after it has stopped. */
  private static final Duration SLACK = Duration.ofSeconds(30);

  private final Path checkpoints;
  private final Configuration hadoop;
  private final Duration patience;

  public RemoteStop(Recipe recipe, Configuration hadoop) {
    RunPlan plan = RunPlan.of(recipe.resumed(hadoop));
    this.checkpoints = plan.checkpointPath();
    this.hadoop = hadoop;
    this.patience = plan.training().stopTimeout().plus(SLACK);
  }

  /**
   * Requests the stop, and waits until the run has ended.
   *
   * @return false if no run is active
   * @throws PalimpsestException of kind CLUSTER if the run does not end within {@code
   *     training.stop-timeout} and half a minute
   */
  public boolean stop() {
    OptionalLong lease = Lease.held(checkpoints, hadoop);
    if (lease.isEmpty()) {
      return false;
    }
    StopFile.request(new StoredFolder(checkpoints, hadoop), lease.getAsLong());
    long start = System.nanoTime();
    while (Lease.held(checkpoints, hadoop).equals(lease)) {
      if (System.nanoTime() - start > patience.toNanos()) {
        throw PalimpsestException.cluster(
            "The run of "
                + checkpoints
                + " did not stop within "
                + patience.toSeconds()
                + " s: see the log of its driver, or end its process.");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }
}
