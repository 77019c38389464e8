package org.palimpsest.storage;

import java.time.Duration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;

/**
 * The sentences about a lease, which name what it protects.
 *
 * @param rival who else may take the lease, such as "another run"
 * @param held with the folder and the owner: someone else has the lease
 * @param lost with the term in seconds and the folder: this owner was paused and lost it
 */
public record LeaseMessages(String rival, String held, String lost) {
  /** For the checkpoints of a run. */
  public static final LeaseMessages RUN =
      new LeaseMessages(
          "another run",
          "The checkpoints in %s belong to an active run (%s): wait until it ends, or choose"
              + " another run.directory.",
          "This run was paused for more than %d s (checkpoint.lease), and another run has taken its"
              + " lease on %s: this run writes nothing more.");

  PalimpsestException held(Path folder, String owner) {
    return PalimpsestException.cluster(held.formatted(folder, owner));
  }

  PalimpsestException justTaken(Path folder) {
    return held(folder, rival + " has just taken it");
  }

  PalimpsestException lost(Path folder, Duration term) {
    return PalimpsestException.cluster(lost.formatted(term.toSeconds(), folder));
  }
}
