package org.palimpsest.model.spec;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Vocabulary;

/**
 * Named models. BART's are those of Lewis et al. 2020, T5's those of Raffel et al. 2020 and its
 * version 1.1, {@code mass-base} is the model that Song et al. 2019 released for summarization; all
 * have the published numbers of parameters. {@code tiny} and {@code t5-tiny} are for tests, {@code
 * small} and {@code t5-mini} for laptops. BART's initial deviation fits its width: a narrow model
 * needs larger projections, or attention stays flat and the model learns to copy late.
 *
 * <p>A preset's vocabulary is the published number of rows, which may exceed the tokenizer's
 * entries; 0 means the number of the tokenizer's entries.
 */
@SuppressWarnings("ImmutableEnumChecker") // its fields are immutable records
public enum ModelPreset {
  TINY("tiny", shape(0, 32, 16, 64, 2, 1, 128), Architecture.BART, 0.1, 0.06),
  SMALL("small", shape(0, 128, 32, 512, 4, 2, 256), Architecture.BART, 0.1, 0.06),
  BART_BASE("bart-base", shape(50_265, 768, 64, 3072, 12, 6, 1024), Architecture.BART, 0.1, 0.02),
  BART_LARGE(
      "bart-large", shape(50_265, 1024, 64, 4096, 16, 12, 1024), Architecture.BART, 0.1, 0.02),
  T5_TINY("t5-tiny", shape(0, 32, 16, 64, 2, 1, 128), Architecture.T5_V1_1, 0.0),
  T5_MINI("t5-mini", shape(0, 128, 32, 256, 4, 2, 512), Architecture.T5_V1_1, 0.0),
  T5_SMALL("t5-small", shape(32_128, 512, 64, 2048, 8, 6, 512), Architecture.T5, 0.1),
  T5_BASE("t5-base", shape(32_128, 768, 64, 3072, 12, 12, 512), Architecture.T5, 0.1),
  T5_V1_1_SMALL(
      "t5-v1.1-small", shape(32_128, 512, 64, 1024, 6, 8, 512), Architecture.T5_V1_1, 0.0),
  T5_V1_1_BASE(
      "t5-v1.1-base", shape(32_128, 768, 64, 2048, 12, 12, 512), Architecture.T5_V1_1, 0.0),
  MASS_BASE("mass-base", shape(30_522, 768, 64, 3072, 12, 6, 512), Architecture.BART, 0.1, 0.02);

  private record Shape(
      int vocabulary,
      int width,
      int headWidth,
      int feedForward,
      int heads,
      int layers,
      int positions) {}

  private final String presetName;
  private final Shape shape;
  private final Architecture architecture;
  private final double dropout;
  private final Initialization initialization;

  ModelPreset(
      String presetName,
      Shape shape,
      Architecture architecture,
      double dropout,
      Initialization initialization) {
    this.presetName = presetName;
    this.shape = shape;
    this.architecture = architecture;
    this.dropout = dropout;
    this.initialization = initialization;
  }

  /** A preset with T5's initialization. */
  ModelPreset(String presetName, Shape shape, Architecture architecture, double dropout) {
    this(presetName, shape, architecture, dropout, Initialization.T5.PUBLISHED);
  }

  /** A preset with BART's initialization and the given deviation of projections. */
  ModelPreset(
      String presetName, Shape shape, Architecture architecture, double dropout, double deviation) {
    this(presetName, shape, architecture, dropout, new Initialization.Normal(deviation));
  }

  private static Shape shape(
      int vocabulary,
      int width,
      int headWidth,
      int feedForward,
      int heads,
      int layers,
      int positions) {
    return new Shape(vocabulary, width, headWidth, feedForward, heads, layers, positions);
  }

  /**
   * The preset of that name.
   *
   * @throws PalimpsestException of kind CONFIGURATION that lists all names
   */
  public static ModelPreset named(String name) {
    return Arrays.stream(values())
        .filter(preset -> preset.presetName.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                PalimpsestException.configuration(
                    "model.preset '"
                        + name
                        + "' is unknown: use one of "
                        + Arrays.stream(values())
                            .map(ModelPreset::presetName)
                            .collect(Collectors.joining(", "))
                        + "."));
  }

  /** The name in configurations: {@code bart-base}. */
  public String presetName() {
    return presetName;
  }

  /** The model for a vocabulary, with at least one row of the embedding per entry. */
  public ModelSpec spec(Vocabulary vocabulary) {
    return new ModelSpec(
        new ModelShape(
            Math.max(shape.vocabulary(), vocabulary.size()),
            shape.width(),
            shape.headWidth(),
            shape.feedForward(),
            shape.heads(),
            shape.layers(),
            shape.layers(),
            shape.positions()),
        architecture,
        SpecialTokens.of(vocabulary),
        dropout,
        initialization);
  }
}
