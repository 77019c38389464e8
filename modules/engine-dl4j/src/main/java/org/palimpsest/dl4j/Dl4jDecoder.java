package org.palimpsest.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.palimpsest.model.Decoder;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.objective.PalimpsestException;

/** Greedy and beam search, and sampling, with cached keys and values. */
final class Dl4jDecoder implements Decoder {
  /** Sequences that are written side by side. */
  private static final int SEQUENCES = 64;

  private final Network network;
  private final ModelSpec spec;
  private final Runnable ready;

  /**
   * Decodes with a replica's own network.
   *
   * @param ready makes the calling thread ready to compute
   */
  Dl4jDecoder(Network network, ModelSpec spec, Runnable ready) {
    this.network = network;
    this.spec = spec;
    this.ready = ready;
  }

  @Override
  public List<List<Hypothesis>> hypotheses(List<int[]> sources, DecodingOptions options) {
    ready.run();
    for (int[] source : sources) {
      if (source.length > spec.positions()) {
        throw PalimpsestException.input(
            "A text of "
                + source.length
                + " tokens is longer than the "
                + spec.positions()
                + " positions of the model: shorten it.");
      }
    }
    int each = Search.sequences(options);
    int group = Math.max(1, SEQUENCES / each);
    List<List<Hypothesis>> all = new ArrayList<>();
    for (int from = 0; from < sources.size(); from += group) {
      int to = Math.min(sources.size(), from + group);
      all.addAll(write(sources.subList(from, to), from, each, options));
    }
    return all;
  }

  private List<List<Hypothesis>> write(
      List<int[]> sources, int number, int each, DecodingOptions options) {
    int room = Math.min(options.maxLength(), spec.positions());
    List<Search> searches = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      searches.add(Search.of(spec, options, room, number + i));
    }
    int[] last = new int[sources.size() * each];
    int[] order = new int[last.length];
    Arrays.fill(last, spec.decoderStart());
    try (Writing writing = network.begin(sources, each, room)) {
      for (int t = 0; t < room && !searches.stream().allMatch(Search::isDone); t++) {
        double[][] logits = network.step(writing, last);
        for (int i = 0; i < searches.size(); i++) {
          searches.get(i).extend(logits, i * each, last, order);
        }
        writing.reorder(order);
      }
    }
    return searches.stream().map(Search::best).toList();
  }
}
