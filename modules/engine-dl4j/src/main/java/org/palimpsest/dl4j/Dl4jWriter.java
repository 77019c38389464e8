package org.palimpsest.dl4j;

import org.palimpsest.dl4j.stack.DecodingState;
import org.palimpsest.model.decoding.Ranking;
import org.palimpsest.model.decoding.Writer;

/** Decodes with cached keys and values. */
record Dl4jWriter(Network network, DecodingState state) implements Writer {
  @Override
  public Ranking step(int[] tokens, int[] forbidden, int most) {
    return Ranking.of(network.step(state, tokens), forbidden, most);
  }

  @Override
  public void reorder(int[] order) {
    state.reorder(order);
  }

  @Override
  public void close() {
    state.close();
  }
}
