package org.palimpsest.bench.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/**
 * A setting of the engine benchmarks.
 *
 * @param name on the command line
 * @param spec the model
 * @param rows examples per step
 * @param source length of each source, in tokens
 * @param target length of each target, in tokens
 */
public record Setting(String name, ModelSpec spec, int rows, int source, int target) {

  /** The settings of docs/benchmarks/engine.md. */
  public static List<Setting> all() {
    return List.of(
        new Setting("calibration", preset(ModelPreset.SMALL, 4000), 32, 50, 64),
        new Setting("half-base", halfBase(), 16, 128, 128),
        new Setting("t5-small", preset(ModelPreset.T5_SMALL, 32_100), 8, 512, 114),
        new Setting("bart-base", preset(ModelPreset.BART_BASE, 50_265), 4, 512, 512));
  }

  /** A preset with a vocabulary of {@code entries}, named like the preset. */
  public static Setting of(ModelPreset preset, int entries, int rows, int source, int target) {
    return new Setting(preset.presetName(), preset(preset, entries), rows, source, target);
  }

  private static ModelSpec preset(ModelPreset preset, int entries) {
    return preset.spec(Vocabulary.standard(entries, 100));
  }

  /** 3 + 3 layers of width 512, vocabulary of 16,000. */
  private static ModelSpec halfBase() {
    return preset(ModelPreset.BART_BASE, 16_000)
        .with(new ModelShape(16_000, 512, 64, 2048, 8, 3, 3, 512));
  }

  /** Source and target tokens per step. */
  public long tokens() {
    return (long) rows * (source + target);
  }

  /** A batch of random examples of the setting's lengths. */
  public Batch batch() {
    Random random = new Random(1);
    List<DenoisingExample> examples = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      DenoisingExample example = new DenoisingExample(target);
      example.begin(row, target);
      for (int s = 0; s < source; s++) {
        example.appendSource(5 + random.nextInt(spec.vocabulary() - 5));
      }
      int previous = spec.decoderStart();
      for (int t = 0; t < target; t++) {
        int token = 5 + random.nextInt(spec.vocabulary() - 5);
        example.appendTarget(previous, t, token, DenoisingExample.KEPT, true);
        previous = token;
      }
      examples.add(example);
    }
    return Batch.of(examples, spec.pad());
  }

  /** Floating-point operations of the matrix products of a step, forward and backward. */
  public double operations() {
    return Product.of(this).stream().mapToDouble(Product::operations).sum();
  }
}
