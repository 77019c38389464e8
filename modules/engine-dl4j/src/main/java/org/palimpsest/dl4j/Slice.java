package org.palimpsest.dl4j;

import java.util.Arrays;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.batch.Segments;
import org.palimpsest.model.spec.ModelSpec;

/**
 * Some examples of a batch as the network sees them.
 *
 * @param source what the encoder reads
 * @param target what the decoder reads
 * @param places where the target's rows stand in the batch's arrays
 * @param counted those of them that go through the head
 */
record Slice(Side source, Side target, int[] places, CountedRows counted) {

  /** The examples from {@code from} up to, but not, {@code to}. */
  static Slice of(ModelSpec spec, Batch batch, int from, int to, CountedRows.Scope scope) {
    Segments segments = batch.segments();
    int[] places = segments.targetPlaces(from, to, batch.targetLength());
    Side source =
        side(
            spec,
            batch.source(),
            null,
            segments.sourcePlaces(from, to, batch.sourceLength()),
            Arrays.copyOfRange(segments.sourceLengths(), from, to));
    Side target =
        side(
            spec,
            batch.decoderInput(),
            batch.decoderPositions(),
            places,
            Arrays.copyOfRange(segments.targetLengths(), from, to));
    return new Slice(
        source, target, places, CountedRows.of(places, batch.target(), batch.lossWeights(), scope));
  }

  private static Side side(ModelSpec spec, int[] tokens, int[] given, int[] places, int[] lengths) {
    Spans spans = Spans.packed(lengths);
    int[] packed = new int[places.length];
    int[] positions = new int[places.length];
    for (int i = 0; i < spans.count(); i++) {
      for (int t = 0; t < lengths[i]; t++) {
        int row = spans.from()[i] + t;
        packed[row] = tokens[places[row]];
        positions[row] = given == null ? t : given[places[row]];
      }
    }
    return Side.of(spec, packed, positions, spans);
  }

  /** With truth and weights from arrays that are laid out as the batch's. */
  Slice toldBy(int[] tokens, float[] lossWeights, CountedRows.Scope scope) {
    return new Slice(source, target, places, CountedRows.of(places, tokens, lossWeights, scope));
  }

  /** Refuses a batch whose arrays do not have the sizes that it names. */
  static void check(Batch batch) {
    long source = (long) batch.rows() * batch.sourceLength();
    long target = (long) batch.rows() * batch.targetLength();
    check("source", batch.source().length, source);
    check("decoder input", batch.decoderInput().length, target);
    check("target", batch.target().length, target);
    check("loss weights", batch.lossWeights().length, target);
    if (batch.decoderPositions() != null) {
      check("decoder positions", batch.decoderPositions().length, target);
    }
  }

  private static void check(String name, int size, long expected) {
    if (size != expected) {
      throw PalimpsestException.input(
          "The batch's "
              + name
              + " has "
              + size
              + " elements where its rows and lengths make "
              + expected
              + ": give all arrays of a batch the same rows and lengths.");
    }
  }

  /** Whether no row of the target is left out. */
  boolean countsAll() {
    return counted.count() == places.length;
  }
}
