package org.palimpsest.evaluation.measure;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.text.Names;

/** Reads measures as a study's definition gives them. */
public final class Measures {
  private static final Map<String, Function<MeasureSettings, Measure>> KINDS =
      new TreeMap<>(
          Map.of(
              "loss", HeldOutMeasure::from,
              "restoration", RestorationMeasure::from,
              "order", OrderMeasure::from,
              "context", ContextMeasure::from,
              "progress", ProgressMeasure::from,
              "lengths", LengthsMeasure::from));

  private Measures() {}

  /**
   * Reads one measure.
   *
   * <pre>{@code
   * { kind = loss, name = infilling, objective = text-infilling }
   * { kind = restoration, texts = 128, min-gains = [3], damages = [
   *     { name = typing errors, strengths = [0.02, 0.05, 0.1],
   *       objective { steps = [ { kind = text-noise, mix = keyboard, rate = strength } ] } } ] }
   * { kind = order, texts = 64, min-sentences = 3 }
   * { kind = context, texts = 128, span = 3, min-sentences = 3 }
   * { kind = progress, objective = text-infilling }
   * { kind = lengths }
   * }</pre>
   *
   * @param where place in the definition, for messages: {@code measures.0}
   * @throws PalimpsestException of kind CONFIGURATION if it is none; unknown names list the known
   */
  public static Measure parse(String where, Config config) {
    MeasureSettings settings = new MeasureSettings(where, config);
    String kind = settings.value("kind").toString();
    if (!KINDS.containsKey(kind)) {
      throw PalimpsestException.configuration(
          "Key '"
              + where
              + ".kind' has the unknown kind '"
              + kind
              + "'; "
              + Names.known(kind, List.copyOf(KINDS.keySet())));
    }
    return KINDS.get(kind).apply(settings);
  }
}
