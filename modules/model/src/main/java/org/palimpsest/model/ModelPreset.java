package org.palimpsest.model;

import org.palimpsest.objective.Vocabulary;

/**
 * Shapes with a name. {@code bart-base} and {@code bart-large} are those of Lewis et al. 2020 (with
 * BART's 50,265 entries they have 139,420,416 and 406,291,456 parameters); {@code tiny} serves
 * tests and {@code small} a laptop. BART's initial deviation is made for its width: a narrow model
 * needs larger projections, or attention stays flat and copying is learned late.
 *
 * <p>The rows of the embedding are the vocabulary's; a published preset has its published count
 * with the published vocabulary.
 */
public enum ModelPreset {
  TINY(32, 64, 2, 1, 1, 128, 0.06),
  SMALL(128, 512, 4, 2, 2, 256, 0.06),
  BART_BASE(768, 3072, 12, 6, 6, 1024, ModelSpec.USUAL_DEVIATION),
  BART_LARGE(1024, 4096, 16, 12, 12, 1024, ModelSpec.USUAL_DEVIATION);

  private static final double DROPOUT = 0.1;

  private final int width;
  private final int feedForward;
  private final int heads;
  private final int encoderLayers;
  private final int decoderLayers;
  private final int positions;
  private final double initialDeviation;

  ModelPreset(
      int width,
      int feedForward,
      int heads,
      int encoderLayers,
      int decoderLayers,
      int positions,
      double initialDeviation) {
    this.width = width;
    this.feedForward = feedForward;
    this.heads = heads;
    this.encoderLayers = encoderLayers;
    this.decoderLayers = decoderLayers;
    this.positions = positions;
    this.initialDeviation = initialDeviation;
  }

  /** The name in configurations: {@code bart-base}. */
  public String presetName() {
    return Section.kebab(this);
  }

  /** The model of this shape for a vocabulary, with dropout 0.1. */
  public ModelSpec spec(Vocabulary vocabulary) {
    return new ModelSpec(
        vocabulary.size(),
        width,
        feedForward,
        heads,
        encoderLayers,
        decoderLayers,
        positions,
        DROPOUT,
        vocabulary.bos(),
        vocabulary.pad(),
        vocabulary.eos(),
        vocabulary.decoderStart(),
        initialDeviation);
  }
}
