package org.palimpsest.training.checkpoint;

import java.io.Serializable;

/**
 * What one worker leaves in a checkpoint.
 *
 * @param file its optimizer's moments; a file of that name in the folder, possibly of size 0
 * @param updates how many updates its optimizer has made
 * @param weight target tokens it has learned from in the segment: what its moments count for when
 *     the number of workers changes
 * @param residual what its compressed exchanges have lost so far; a file, or empty
 */
public record WorkerState(String file, long updates, double weight, String residual)
    implements Serializable {

  public WorkerState {
    residual = residual == null ? "" : residual; // Older checkpoints know none.
  }
}
