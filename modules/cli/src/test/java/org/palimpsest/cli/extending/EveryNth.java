package org.palimpsest.cli.extending;

import java.util.Map;
import java.util.function.Function;
import org.palimpsest.objective.noise.NoiseForecast;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.noise.NoiseUnit;
import org.palimpsest.objective.preset.ObjectiveExtension;
import org.palimpsest.objective.preset.ObjectiveSection;

/** A noise mask: every n-th token is noise, so period 3 has a noise density of one third. */
public record EveryNth(int period) implements NoiseMask {

  /** Makes {@code noise { kind = every-nth, period = 3 }} known to recipes. */
  public static final class Extension implements ObjectiveExtension {
    @Override
    public Map<String, Function<ObjectiveSection, NoiseMask>> noises() {
      return Map.of("every-nth", section -> new EveryNth(section.integer("period", 3)));
    }
  }

  /** Called once per corruptor; the marker runs once per text and allocates nothing. */
  @Override
  public Marker marker() {
    return (tokens, random, spans) -> {
      for (int at = period - 1; at < tokens; at += period) {
        spans.add(at, at + 1);
      }
    };
  }

  /** Exact numbers: presets size the sentinels and the longest target from them. */
  @Override
  public NoiseForecast forecast(int tokens) {
    int marked = tokens / period;
    boolean endsWithNoise = tokens > 0 && tokens % period == 0;
    return NoiseForecast.exact(marked, marked, endsWithNoise ? 1 : 0);
  }

  @Override
  public NoiseUnit unit() {
    return NoiseUnit.TOKEN;
  }

  /** What the recipe kept in a checkpoint says; {@code Extension} reads it back. */
  @Override
  public Map<String, Object> describe() {
    return Map.of("kind", "every-nth", "period", period);
  }
}
