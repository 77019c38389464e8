package org.palimpsest.objective.target;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseForecast;

/** The third axis: what the decoder predicts. */
public interface TargetFunction extends Serializable {

  /** Writes the target, after the source was written. */
  void write(CorruptionContext bench);

  /**
   * Expected number of target positions, the frame not counted.
   *
   * @param raw tokens of the uncorrupted block
   * @param noise what the mask does to them
   */
  double expectedLength(int raw, NoiseForecast noise);

  /** The most target positions, the frame not counted, that a block of {@code raw} tokens gives. */
  int longest(int raw, NoiseForecast noise);

  /** Number of sentinels for this many spans. */
  default int sentinels(int spans, NoiseForecast noise) {
    return 0;
  }

  /** Removes the spans for which there is no sentinel; returns their number. */
  default int limit(Spans spans, int textLength, int sentinels) {
    return 0;
  }

  /** Whether the target has the frame, too. */
  default boolean framed() {
    return true;
  }

  /** The frame that published models of this kind have. */
  default Frame usualFrame() {
    return Frame.END;
  }

  /** The configuration from which an equal function is read. */
  Map<String, Object> describe();
}
