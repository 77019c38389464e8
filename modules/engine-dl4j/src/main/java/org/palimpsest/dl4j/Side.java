package org.palimpsest.dl4j;

import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.PositionEncoding;

/**
 * One side of some examples, packed: no row is padding.
 *
 * @param tokens ids, one a row
 * @param positions of the rows in their sequences
 * @param spans the sequences
 */
record Side(int[] tokens, int[] positions, Spans spans) {

  /** Of a model; refuses tokens and positions that it does not have. */
  static Side of(ModelSpec spec, int[] tokens, int[] positions, Spans spans) {
    if (!(spec.architecture().positions() instanceof PositionEncoding.RelativeBias)) {
      for (int position : positions) {
        if (position < 0 || position >= spec.positions()) {
          throw PalimpsestException.configuration(
              "A sequence reaches position "
                  + position
                  + ", but the model has only "
                  + spec.positions()
                  + ": raise model.positions or shorten the blocks.");
        }
      }
    }
    for (int token : tokens) {
      if (token < 0 || token >= spec.vocabulary()) {
        throw PalimpsestException.input(
            "Token "
                + token
                + " is not among the model's "
                + spec.vocabulary()
                + ": use the tokenizer that the model was made for.");
      }
    }
    return new Side(tokens, positions, spans);
  }

  /** Sequences of unequal length, at positions 0, 1, 2, … */
  static Side of(ModelSpec spec, List<int[]> sequences) {
    Spans spans = Spans.packed(sequences.stream().mapToInt(each -> each.length).toArray());
    int[] tokens = sequences.stream().flatMapToInt(java.util.Arrays::stream).toArray();
    int[] positions = new int[tokens.length];
    for (int i = 0; i < spans.count(); i++) {
      for (int t = 0; t < spans.lengths()[i]; t++) {
        positions[spans.from()[i] + t] = t;
      }
    }
    return of(spec, tokens, positions, spans);
  }

  /** Number of rows. */
  int rows() {
    return tokens.length;
  }
}
