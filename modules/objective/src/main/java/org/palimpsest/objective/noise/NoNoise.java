package org.palimpsest.objective.noise;

import java.util.Map;

/** Corrupts nothing: the text as it is, or structural steps alone. */
public record NoNoise() implements NoiseMask {
  @Override
  public Marker marker() {
    return (words, random, into) -> {};
  }

  @Override
  public NoiseForecast forecast(int words) {
    return NoiseForecast.NOTHING;
  }

  @Override
  public NoiseUnit unit() {
    return NoiseUnit.TOKEN;
  }

  @Override
  public Map<String, Object> describe() {
    return Map.of("kind", "none");
  }
}
