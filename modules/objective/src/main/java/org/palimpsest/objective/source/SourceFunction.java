package org.palimpsest.objective.source;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.noise.NoiseForecast;

/** The second axis: what stands in the source in place of the damaged tokens. */
public interface SourceFunction extends Serializable {

  /** Writes the source, and gives the damaged tokens their roles. */
  void write(CorruptionContext bench);

  /** Expected number of source tokens, the frame not counted, of so many before the noise. */
  default double expectedLength(double tokens, NoiseForecast noise) {
    return tokens;
  }

  /** The most source tokens, the frame not counted, that so many can become. */
  default int longest(int tokens, NoiseForecast noise) {
    return tokens;
  }

  /** Whether it writes mask tokens. */
  default boolean needsMask() {
    return false;
  }

  /** How many sentinels it uses for so many spans. */
  default int sentinels(int spans) {
    return 0;
  }

  /** Whether it may write random text tokens. */
  default boolean needsOrdinaryIds() {
    return false;
  }

  /** The form in which a configuration gives it. */
  Map<String, Object> describe();
}
