package org.palimpsest.training.preflight;

import java.io.Serializable;
import org.palimpsest.training.workload.TaskPlacement;

/** Uses, in a task, what is slow at its first use on a machine. Travels to the executors. */
@FunctionalInterface
public interface Warming extends Serializable {
  /**
   * Loads what a replica at that place will need.
   *
   * @throws org.palimpsest.base.PalimpsestException if it cannot work there
   */
  void warm(TaskPlacement place);
}
