package org.palimpsest.model.replica;

import java.util.Arrays;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.batch.Segments;

/**
 * Some examples of a batch, packed. Examples that share a row of the batch become sequences like
 * all others: attention acts within one sequence, and everything else on single positions.
 *
 * @param source the encoder's input
 * @param target the decoder's input
 * @param places index of each target row in the batch's target arrays
 * @param counted the target rows that go through the head
 */
public record Slice(
    PackedSequences source, PackedSequences target, int[] places, CountedRows counted) {

  /**
   * Packs examples of a batch.
   *
   * @param from index of the first example in the batch's segments
   * @param to index after the last example
   */
  public static Slice of(Batch batch, int from, int to, CountedRows.Scope scope) {
    Segments segments = batch.segments();
    int[] places = segments.targetPlaces(from, to, batch.targetLength());
    PackedSequences source =
        PackedSequences.of(
            batch.source(),
            null,
            segments.sourcePlaces(from, to, batch.sourceLength()),
            Arrays.copyOfRange(segments.sourceLengths(), from, to));
    PackedSequences target =
        PackedSequences.of(
            batch.decoderInput(),
            batch.decoderPositions(),
            places,
            Arrays.copyOfRange(segments.targetLengths(), from, to));
    CountedRows counted = CountedRows.of(places, batch.target(), batch.lossWeights(), scope);
    return new Slice(source, target, places, counted);
  }

  /** The same examples with other targets and loss weights, laid out as the batch's. */
  public Slice withTargets(int[] tokens, float[] lossWeights, CountedRows.Scope scope) {
    return new Slice(source, target, places, CountedRows.of(places, tokens, lossWeights, scope));
  }

  /** Whether every target row goes through the head. */
  public boolean countsAll() {
    return counted.count() == places.length;
  }
}
