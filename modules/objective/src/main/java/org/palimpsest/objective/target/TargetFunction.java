package org.palimpsest.objective.target;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseForecast;

/** The third axis: what the decoder shall say. */
public interface TargetFunction extends Serializable {

  /** Writes the target, after the source was written. */
  void write(CorruptionContext bench);

  /**
   * Expected number of target positions, the frame not counted.
   *
   * @param raw tokens of the undamaged block
   * @param noise what the mask does to them
   */
  double expectedLength(int raw, NoiseForecast noise);

  /** The most target positions, the frame not counted, that a block of {@code raw} tokens gives. */
  int longest(int raw, NoiseForecast noise);

  /** How many sentinels it uses for so many spans. */
  default int sentinels(int spans, NoiseForecast noise) {
    return 0;
  }

  /** Takes away the spans for which there is no sentinel; gives their number. */
  default int limit(Spans spans, int textLength, int sentinels) {
    return 0;
  }

  /** Whether the frame is put around the target, too. */
  default boolean framed() {
    return true;
  }

  /** The frame that published models of this kind have. */
  default Frame usualFrame() {
    return Frame.END;
  }

  /** The form in which a configuration gives it. */
  Map<String, Object> describe();
}
