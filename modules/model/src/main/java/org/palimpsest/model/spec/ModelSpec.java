package org.palimpsest.model.spec;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Vocabulary;

/**
 * The specification of an encoder-decoder, complete for every engine.
 *
 * @param shape its sizes
 * @param architecture its components
 * @param tokens ids that begin, end and pad sequences
 * @param dropouts dropout rates in training
 * @param initialization distribution of the initial parameters
 */
public record ModelSpec(
    ModelShape shape,
    Architecture architecture,
    SpecialTokens tokens,
    DropoutRates dropouts,
    Initialization initialization)
    implements Serializable {

  /** A model with dropout outside of attention and feed-forward only. */
  public ModelSpec(
      ModelShape shape,
      Architecture architecture,
      SpecialTokens tokens,
      double dropout,
      Initialization initialization) {
    this(shape, architecture, tokens, DropoutRates.outside(dropout), initialization);
  }

  /** A model with BART's architecture and initialization; the heads divide the width among them. */
  public ModelSpec(
      int vocabulary,
      int width,
      int feedForward,
      int heads,
      int encoderLayers,
      int decoderLayers,
      int positions,
      double dropout,
      int bos,
      int pad,
      int eos,
      int decoderStart) {
    this(
        new ModelShape(
            vocabulary,
            width,
            ModelShape.sharedWidth(width, heads),
            feedForward,
            heads,
            encoderLayers,
            decoderLayers,
            positions),
        Architecture.BART,
        new SpecialTokens(bos, pad, eos, decoderStart),
        dropout,
        new Initialization.Normal(Initialization.USUAL_DEVIATION));
  }

  public ModelSpec {
    requireId("padding", tokens.pad(), shape.vocabulary());
    requireId("end-of-text", tokens.eos(), shape.vocabulary());
    requireId("decoder start", tokens.decoderStart(), shape.vocabulary());
    if (tokens.bos() != Vocabulary.NONE) {
      requireId("begin-of-text", tokens.bos(), shape.vocabulary());
    }
    if (architecture.positions() instanceof PositionEncoding.Sinusoidal
        && (shape.width() < 4 || shape.width() % 2 != 0)) {
      throw PalimpsestException.configuration(
          "model.width is "
              + shape.width()
              + ", but sinusoidal positions need an even one of at least 4.");
    }
  }

  private static void requireId(String role, int id, int vocabulary) {
    if (id < 0 || id >= vocabulary) {
      throw PalimpsestException.configuration(
          "The "
              + role
              + " id "
              + id
              + " is outside the vocabulary of "
              + vocabulary
              + " entries: use a tokenizer that has this token.");
    }
  }

  /** The same with another architecture. */
  public ModelSpec with(Architecture other) {
    return new ModelSpec(shape, other, tokens, dropouts, initialization);
  }

  /** The same with another initialization. */
  public ModelSpec with(Initialization other) {
    return new ModelSpec(shape, architecture, tokens, dropouts, other);
  }

  /** The same with another shape. */
  public ModelSpec with(ModelShape other) {
    return new ModelSpec(other, architecture, tokens, dropouts, initialization);
  }

  /** The same with other special tokens. */
  public ModelSpec with(SpecialTokens other) {
    return new ModelSpec(shape, architecture, other, dropouts, initialization);
  }

  /** The same with other dropout. */
  public ModelSpec with(DropoutRates other) {
    return new ModelSpec(shape, architecture, tokens, other, initialization);
  }

  /** The same with another dropout outside of attention and feed-forward. */
  public ModelSpec withDropout(double probability) {
    return with(new DropoutRates(probability, dropouts.attention(), dropouts.activation()));
  }

  /** Probability of dropout outside of attention and feed-forward. */
  public double dropout() {
    return dropouts.residual();
  }

  public boolean has(Architecture.Feature feature) {
    return architecture.has(feature);
  }

  /** Rows of the embedding. */
  public int vocabulary() {
    return shape.vocabulary();
  }

  public int width() {
    return shape.width();
  }

  public int headWidth() {
    return shape.headWidth();
  }

  /** Rows of a query, key or value projection. */
  public int innerWidth() {
    return shape.innerWidth();
  }

  public int feedForward() {
    return shape.feedForward();
  }

  public int heads() {
    return shape.heads();
  }

  public int encoderLayers() {
    return shape.encoderLayers();
  }

  public int decoderLayers() {
    return shape.decoderLayers();
  }

  /** Length of the longest sequence. */
  public int positions() {
    return shape.positions();
  }

  public int bos() {
    return tokens.bos();
  }

  public int pad() {
    return tokens.pad();
  }

  public int eos() {
    return tokens.eos();
  }

  public int decoderStart() {
    return tokens.decoderStart();
  }
}
