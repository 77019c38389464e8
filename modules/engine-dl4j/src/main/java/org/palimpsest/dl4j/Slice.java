package org.palimpsest.dl4j;

import java.util.Arrays;
import org.palimpsest.model.Batch;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.Segments;
import org.palimpsest.objective.PalimpsestException;

/**
 * Some examples of a batch as the network sees them.
 *
 * @param source what the encoder reads
 * @param target what the decoder reads
 * @param counted rows of the target that go through the head; null when they are all
 * @param truth what is to be said there
 * @param weights of the loss there
 * @param places where those rows stand in the batch's arrays
 */
record Slice(Side source, Side target, int[] counted, int[] truth, float[] weights, int[] places) {

  /** Which target positions go through the head. */
  enum Scope {
    COUNTED,
    ALL
  }

  /** The examples from {@code from} up to, but not, {@code to}. */
  static Slice of(ModelSpec spec, Batch batch, int from, int to, Scope scope) {
    Segments segments = batch.segments();
    Side source =
        side(
            spec,
            batch.source(),
            null,
            places(
                segments,
                segments.sourceFrom(),
                segments.sourceLengths(),
                batch.sourceLength(),
                from,
                to),
            Arrays.copyOfRange(segments.sourceLengths(), from, to));
    int[] places =
        places(
            segments,
            segments.targetFrom(),
            segments.targetLengths(),
            batch.targetLength(),
            from,
            to);
    Side target =
        side(
            spec,
            batch.decoderInput(),
            batch.decoderPositions(),
            places,
            Arrays.copyOfRange(segments.targetLengths(), from, to));
    return new Slice(source, target, null, null, null, places).with(batch, scope);
  }

  /** Where the tokens of some examples stand in a batch's array. */
  private static int[] places(
      Segments segments, int[] starts, int[] lengths, int width, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += lengths[i];
    }
    int[] places = new int[count];
    int next = 0;
    for (int i = from; i < to; i++) {
      for (int t = 0; t < lengths[i]; t++) {
        places[next++] = segments.rows()[i] * width + starts[i] + t;
      }
    }
    return places;
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

  /** With the truth and the weights of a batch; {@link #places} are those of all target rows. */
  private Slice with(Batch batch, Scope scope) {
    return toldBy(batch.target(), batch.lossWeights(), scope);
  }

  /** With truth and weights from arrays that are laid out as the batch's. */
  Slice toldBy(int[] tokens, float[] lossWeights, Scope scope) {
    int[] all = places;
    int[] rows = new int[all.length];
    int count = 0;
    for (int row = 0; row < all.length; row++) {
      if (scope == Scope.ALL || lossWeights[all[row]] != 0) {
        rows[count++] = row;
      }
    }
    int[] truths = new int[count];
    float[] losses = new float[count];
    int[] told = new int[count];
    for (int i = 0; i < count; i++) {
      told[i] = all[rows[i]];
      truths[i] = tokens[told[i]];
      losses[i] = lossWeights[told[i]];
    }
    int[] chosen = count == all.length ? null : Arrays.copyOf(rows, count);
    return new Slice(source, target, chosen, truths, losses, told);
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

  int countedRows() {
    return truth.length;
  }
}
