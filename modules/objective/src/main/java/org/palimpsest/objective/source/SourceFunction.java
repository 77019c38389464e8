package org.palimpsest.objective.source;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.noise.NoiseForecast;

/** The second axis: what replaces the noise tokens in the source, the input of the encoder. */
public interface SourceFunction extends Serializable {

  /** Writes the source and sets the roles of the noise tokens. */
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

  /** The configuration from which an equal function is read. */
  Map<String, Object> describe();
}
