package org.palimpsest.model;

import java.io.Serializable;
import org.palimpsest.objective.PalimpsestException;

/**
 * The shape of an encoder-decoder (Vaswani et al. 2017, in the variant of BART, Lewis et al. 2020):
 * post-LayerNorm, learned positions, GELU, biases everywhere, one tied embedding for encoder,
 * decoder and head, LayerNorm on the embeddings.
 *
 * @param vocabulary rows of the embedding
 * @param width d_model
 * @param feedForward d_ff
 * @param heads attention heads; divides width
 * @param encoderLayers layers of the encoder
 * @param decoderLayers layers of the decoder
 * @param positions longest sequence
 * @param dropout on embeddings and on each residual branch
 * @param bos id of {@code <s>}
 * @param pad id of {@code <pad>}
 * @param eos id of {@code </s>}
 * @param decoderStart what the decoder reads first
 * @param initialDeviation standard deviation of the initial projections; says where a training
 *     begins, nothing about the shape
 */
public record ModelSpec(
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
    int decoderStart,
    double initialDeviation)
    implements Serializable {

  /** BART's standard deviation of initial weights. */
  public static final double USUAL_DEVIATION = 0.02;

  /** With BART's initial weights. */
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
        vocabulary,
        width,
        feedForward,
        heads,
        encoderLayers,
        decoderLayers,
        positions,
        dropout,
        bos,
        pad,
        eos,
        decoderStart,
        USUAL_DEVIATION);
  }

  public ModelSpec {
    refuseBelowOne("vocabulary", vocabulary);
    refuseBelowOne("width", width);
    refuseBelowOne("feed-forward", feedForward);
    refuseBelowOne("encoder-layers", encoderLayers);
    refuseBelowOne("decoder-layers", decoderLayers);
    refuseBelowOne("positions", positions);
    if (!(dropout >= 0 && dropout < 1)) {
      throw PalimpsestException.configuration(
          "model.dropout is " + dropout + ", but must be at least 0 and below 1.");
    }
    if (!(initialDeviation > 0 && initialDeviation < 1)) {
      throw PalimpsestException.configuration(
          "model.initial-deviation is " + initialDeviation + ", but must lie between 0 and 1.");
    }
    if (pad < 0 || pad >= vocabulary) {
      throw PalimpsestException.configuration(
          "The padding id "
              + pad
              + " lies outside the vocabulary of "
              + vocabulary
              + " entries: use a tokenizer that has a padding token.");
    }
    if (heads <= 0 || width % heads != 0) {
      throw PalimpsestException.configuration(
          "model.width "
              + width
              + " cannot be divided among model.heads "
              + heads
              + ": choose a width that is a multiple of the heads.");
    }
  }

  private static void refuseBelowOne(String key, int value) {
    if (value < 1) {
      throw PalimpsestException.configuration(
          "model." + key + " is " + value + ", but must be at least 1.");
    }
  }

  public int headWidth() {
    return width / heads;
  }
}
