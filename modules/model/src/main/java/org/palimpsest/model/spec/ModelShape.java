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

  /** No layout of such a model has more tensors than fit in memory, or overflows a long. */
  static final int MOST_LAYERS = 1 << 12;

  static final int MOST_ROWS = 1 << 24;
  static final int WIDEST = 1 << 20;

  public ModelShape {
    require("vocabulary", vocabulary, MOST_ROWS);
    require("width", width, WIDEST);
    require("head-width", headWidth, WIDEST);
    require("feed-forward", feedForward, MOST_ROWS);
    require("heads", heads, WIDEST);
    require("encoder-layers", encoderLayers, MOST_LAYERS);
    require("decoder-layers", decoderLayers, MOST_LAYERS);
    require("positions", positions, MOST_ROWS);
    if ((long) heads * headWidth > WIDEST) {
      throw PalimpsestException.configuration(
          "model.heads × model.head-width is "
              + (long) heads * headWidth
              + ", but must be at most "
              + WIDEST
              + ".");
    }
  }

  private static void require(String key, int value, int most) {
    if (value < 1 || value > most) {
      throw PalimpsestException.configuration(
          "model."
              + key
              + " is "
              + value
              + ", but must be at least 1"
              + (value < 1 ? "" : " and at most " + most)
              + ".");
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
    return heads * headWidth;
  }

  /** The same with another number of rows of the embedding. */
  public ModelShape withVocabulary(int rows) {
    return new ModelShape(
        rows, width, headWidth, feedForward, heads, encoderLayers, decoderLayers, positions);
  }
}
