package org.palimpsest.training.checkpoint;

import java.io.Serializable;
import java.util.List;

/**
 * A part of a run in which it reads the same data. A run has one, unless its data grows.
 *
 * @param step the first global step that reads the data
 * @param epoch number of the first pass over the data; all passes of earlier phases have lower ones
 * @param data fingerprint of the data
 */
public record DataPhase(long step, long epoch, String data) implements Serializable {
  public DataPhase {
    if (step < 0 || epoch < 0 || data == null) {
      throw new IllegalArgumentException("a phase of the data has no step, epoch or fingerprint");
    }
  }

  /** The phases of a run whose data has not changed. */
  public static List<DataPhase> only(String data) {
    return List.of(new DataPhase(0, 0, data));
  }
}
