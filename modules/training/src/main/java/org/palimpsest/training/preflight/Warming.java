package org.palimpsest.training.preflight;

import java.io.Serializable;
import org.palimpsest.training.workload.TaskPlacement;

/**
 * Loads, in a task, what is slow at its first use on a machine. It is serialized to the executors.
 */
@FunctionalInterface
public interface Warming extends Serializable {
  /**
   * Loads what a replica with this placement needs.
   *
   * @throws org.palimpsest.base.PalimpsestException if a replica cannot work there
   */
  void warm(TaskPlacement place);
}
