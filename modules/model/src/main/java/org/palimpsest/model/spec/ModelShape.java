package org.palimpsest.model.spec;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;

/**
 * Sizes of an encoder-decoder.
 *
 * @param vocabulary rows of the embedding, at least the tokenizer's entries
 * @param width d_model
 * @param headWidth d_kv: width of one attention head
 * @param feedForward d_ff
 * @param heads attention heads; heads × head width, the inner width, may differ from the width
 * @param encoderLayers layers of the encoder
 * @param decoderLayers layers of the decoder
 * @param positions length of the longest sequence
 */
public record ModelShape(
    int vocabulary,
    int width,
    int headWidth,
    int feedForward,
    int heads,
    int encoderLayers,
    int decoderLayers,
    int positions)
    implements Serializable {

  public ModelShape {
    refuseBelowOne("vocabulary", vocabulary);
    refuseBelowOne("width", width);
    refuseBelowOne("head-width", headWidth);
    refuseBelowOne("feed-forward", feedForward);
    refuseBelowOne("heads", heads);
    refuseBelowOne("encoder-layers", encoderLayers);
    refuseBelowOne("decoder-layers", decoderLayers);
    refuseBelowOne("positions", positions);
  }

  private static void refuseBelowOne(String key, int value) {
    if (value < 1) {
      throw PalimpsestException.configuration(
          "model." + key + " is " + value + ", but must be at least 1.");
    }
  }

  /** The width of a head when the heads divide the model's width among them. */
  public static int sharedWidth(int width, int heads) {
    if (heads <= 0 || width % heads != 0) {
      throw PalimpsestException.configuration(
          "model.width "
              + width
              + " cannot be divided among model.heads "
              + heads
              + ": choose a width that is a multiple of the heads.");
    }
    return width / heads;
  }

  /** Rows of a query, key or value projection: heads × head width. */
  public int innerWidth() {
    return Math.multiplyExact(heads, headWidth);
  }

  /** The same with another number of rows of the embedding. */
  public ModelShape withVocabulary(int rows) {
    return new ModelShape(
        rows, width, headWidth, feedForward, heads, encoderLayers, decoderLayers, positions);
  }
}
