package org.palimpsest.pipeline.restore;

import java.io.Serializable;
import java.util.Optional;
import org.palimpsest.evaluation.inference.Generation;
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
   * @param stated how the model's folder wants it, where the user does not say it
   * @param maxLength longest output in tokens; null if the user does not say it
   * @param beams width of the beam search; null if the user does not say it
   * @param best number of alternatives
   * @param sampling null if the best tokens are taken
   */
  public record Decoding(
      Generation stated, Integer maxLength, Integer beams, int best, Sampling sampling)
      implements Serializable {
    /**
     * The same for a decoder.
     *
     * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION if they exclude each
     *     other; of kind INPUT if those of the folder make no sense
     */
    public DecodingOptions options() {
      return sampling == null ? search() : sampled();
    }

    private DecodingOptions search() {
      return stated
          .decoding(Optional.ofNullable(beams), best, Optional.ofNullable(maxLength))
          .withBest(best);
    }

    private DecodingOptions sampled() {
      int longest = maxLength == null ? stated.positions() : maxLength;
      DecodingOptions.Search search =
          new DecodingOptions.Search(
              beams == null ? 1 : beams,
              1.0,
              Optional.of(sampling),
              best,
              DecodingOptions.End.WHEN_NONE_IS_BETTER);
      DecodingOptions options =
          new DecodingOptions(
              new DecodingOptions.Length(0, longest), search, DecodingOptions.Constraints.NONE);
      return stated.constrained(options);
    }
  }
}
