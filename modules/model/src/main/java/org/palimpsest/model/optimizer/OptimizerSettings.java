package org.palimpsest.model.optimizer;

import com.typesafe.config.Config;
import java.io.Serializable;
import org.palimpsest.base.Section;

/**
 * The section {@code optimizer} of a configuration.
 *
 * @param spec the inner optimizer
 * @param clipNorm maximum Euclidean norm of the gradients; infinite without clipping
 */
public record OptimizerSettings(OptimizerSpec spec, double clipNorm) implements Serializable {

  private enum Kind {
    ADAMW,
    RMS_ADAMW,
    ADAFACTOR,
    MUON,
    SGD
  }

  /**
   * Reads the section: {@code kind}, {@code clip-norm} (0 for no clipping), and the keys of that
   * kind.
   *
   * @param optimizer the section itself, not the configuration around it
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION that names the key
   */
  public static OptimizerSettings from(Config optimizer) {
    Section section = new Section("optimizer", optimizer);
    double clip = section.atLeastZero("clip-norm");
    return new OptimizerSettings(spec(section), clip == 0 ? Double.POSITIVE_INFINITY : clip);
  }

  private static OptimizerSpec spec(Section section) {
    return switch (section.choice("kind", Kind.class)) {
      case SGD -> new OptimizerSpec.Sgd();
      case ADAMW -> adamW(section);
      case RMS_ADAMW ->
          new OptimizerSpec.RmsAdamW(
              section.fraction("beta1"),
              section.fraction("beta2"),
              section.positive("epsilon"),
              section.atLeastZero("weight-decay"),
              section.positive("scale-floor"));
      case ADAFACTOR ->
          new OptimizerSpec.Adafactor(
              section.positive("decay-exponent"),
              section.positive("factored-epsilon"),
              section.positive("scale-floor"),
              section.positive("clip-threshold"),
              section.atLeastZero("weight-decay"));
      case MUON ->
          new OptimizerSpec.Muon(
              section.fraction("momentum"),
              section.positive("update-rms"),
              section.size("newton-schulz-iterations"),
              adamW(section));
    };
  }

  private static OptimizerSpec.AdamW adamW(Section section) {
    return new OptimizerSpec.AdamW(
        section.fraction("beta1"),
        section.fraction("beta2"),
        section.positive("epsilon"),
        section.atLeastZero("weight-decay"));
  }

  /** The factor that clips gradients of that norm. */
  public double clipFactor(double norm) {
    return norm > clipNorm ? clipNorm / norm : 1;
  }
}
