package org.palimpsest.model.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Decoder;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.spec.ModelSpec;

/** Decodes sources in groups, with next tokens that an engine ranks. */
public final class SearchDecoder implements Decoder {
  /** Maximum number of sequences that are decoded together. */
  private static final int SEQUENCES = 64;

  private final ModelSpec spec;
  private final Writer.Start start;

  /** Decodes with the writers of an engine. */
  public SearchDecoder(ModelSpec spec, Writer.Start start) {
    this.spec = spec;
    this.start = start;
  }

  /**
   * {@inheritDoc}
   *
   * @throws PalimpsestException of kind INPUT if a source or the prefix is longer than the model's
   *     positions; of kind CONFIGURATION if every token is banned
   */
  @Override
  public List<List<Hypothesis>> hypotheses(List<int[]> sources, DecodingOptions options) {
    check(sources, options);
    List<List<Hypothesis>> all = new ArrayList<>();
    int group = Math.max(1, SEQUENCES / Math.max(options.beams(), options.best()));
    for (int from = 0; from < sources.size(); from += group) {
      List<int[]> some = sources.subList(from, Math.min(sources.size(), from + group));
      all.addAll(write(some, from, options));
    }
    return all;
  }

  private void check(List<int[]> sources, DecodingOptions options) {
    for (int[] source : sources) {
      requireRoom("text", source.length);
    }
    requireRoom("prefix", options.prefix().size());
    if (banned(options).cardinality() == spec.vocabulary()) {
      throw PalimpsestException.configuration(
          "All tokens of the vocabulary are banned: allow at least one.");
    }
  }

  private void requireRoom(String what, int length) {
    if (length > spec.positions()) {
      throw PalimpsestException.input(
          "A "
              + what
              + " of "
              + length
              + " tokens is longer than the "
              + spec.positions()
              + " positions of the model: shorten it.");
    }
  }

  private BitSet banned(DecodingOptions options) {
    return options.banned().get(0, spec.vocabulary());
  }

  private List<List<Hypothesis>> write(
      List<int[]> sources, int firstSource, DecodingOptions options) {
    int room = Math.min(options.maxLength(), spec.positions());
    Search search =
        options.beams() > 1
            ? new BeamSearch(spec, options, sources.size(), room)
            : new Drawing(spec, options, firstSource, sources.size(), room);
    BitSet banned = banned(options);
    int[] always = banned.stream().toArray();
    banned.set(spec.eos());
    int[] early = banned.stream().toArray();
    int[] last = new int[sources.size() * search.sequences()];
    int[] order = new int[last.length];
    int first = options.start().orElse(spec.decoderStart());
    Arrays.fill(last, first);
    Avoidance avoidance = new Avoidance(options.unwanted(), first, spec.vocabulary());
    try (Writer writer = start.begin(sources, search.sequences(), room)) {
      for (int t = 0; t < room && !search.isDone(); t++) {
        if (t < options.prefix().size()) {
          writer.step(last, always, 0);
          search.force(options.prefix().get(t), last);
        } else {
          int[] forbidden = t < options.minLength() ? early : always;
          avoidance.look(search, last.length);
          Ranking ranking = writer.step(last, forbidden, avoidance.most(search.most()));
          search.extend(avoidance.allowed(ranking, search.most()), last, order);
          writer.reorder(order);
        }
      }
    }
    return search.hypotheses();
  }
}
