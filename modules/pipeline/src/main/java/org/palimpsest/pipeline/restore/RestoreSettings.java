package org.palimpsest.pipeline.restore;

import java.io.Serializable;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Sampling;

/**
 * How a model restores texts.
 *
 * @param place where it computes
 * @param decoding how it generates text
 * @param batchRows texts that are restored at once
 * @param badText what happens to a text that the model cannot restore
 */
public record RestoreSettings(Place place, Decoding decoding, int batchRows, BadText badText)
    implements Serializable {

  /**
   * Where a model computes.
   *
   * @param engine {@code auto}, {@code torch} or {@code dl4j}
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   */
  public record Place(String engine, String device) implements Serializable {}

  /** What happens to a text that a model cannot restore. */
  public enum BadText {
    NULL,
    FAIL
  }

  /**
   * How a model generates text.
   *
   * @param maxLength longest output in tokens
   * @param beams width of the beam search
   * @param best number of alternatives
   * @param sampling null if the best tokens are taken
   */
  public record Decoding(int maxLength, int beams, int best, Sampling sampling)
      implements Serializable {
    /**
     * The same for a decoder.
     *
     * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION if they exclude each
     *     other
     */
    public DecodingOptions options() {
      return new DecodingOptions(
          0, maxLength, beams, 1.0, Optional.ofNullable(sampling), best, List.of(), new BitSet());
    }
  }
}
