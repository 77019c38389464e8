package org.palimpsest.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.Decoder;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.objective.PalimpsestException;

/** Writes with cached keys and values, for groups of sources side by side. */
final class TorchDecoder implements Decoder {
  /** Sequences that are written side by side. */
  private static final int SEQUENCES = 64;

  private final Transformer network;
  private final ModelSpec spec;
  private final Runnable ready;

  /**
   * Decodes with a replica's own network.
   *
   * @param ready makes the calling thread ready to compute
   */
  TorchDecoder(Transformer network, ModelSpec spec, Runnable ready) {
    this.network = network;
    this.spec = spec;
    this.ready = ready;
  }

  @Override
  public List<List<Hypothesis>> hypotheses(List<int[]> sources, DecodingOptions options) {
    ready.run();
    check(sources, options);
    List<List<Hypothesis>> all = new ArrayList<>();
    int group = Math.max(1, SEQUENCES / Math.max(options.beams(), options.best()));
    for (int from = 0; from < sources.size(); from += group) {
      int first = from;
      List<int[]> some = sources.subList(from, Math.min(sources.size(), from + group));
      all.addAll(NativeScope.in(() -> write(some, first, options)));
    }
    return all;
  }

  private void check(List<int[]> sources, DecodingOptions options) {
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
    if (options.prefix().size() > spec.positions()) {
      throw PalimpsestException.input(
          "A prefix of "
              + options.prefix().size()
              + " tokens is longer than the "
              + spec.positions()
              + " positions of the model: shorten it.");
    }
    if (options.banned().get(0, spec.vocabulary()).cardinality() == spec.vocabulary()) {
      throw PalimpsestException.configuration(
          "All tokens of the vocabulary are banned: leave some to be written.");
    }
  }

  private List<List<Hypothesis>> write(List<int[]> sources, int first, DecodingOptions options) {
    int room = Math.min(options.maxLength(), spec.positions());
    Search search =
        options.beams() > 1
            ? new BeamSearch(spec, options, sources.size(), room)
            : new Drawing(spec, options, first, sources.size(), room);
    Writing writing = network.begin(sources, search.sequences(), room);
    Tensor banned = banned(options);
    long[] last = new long[sources.size() * search.sequences()];
    long[] order = new long[last.length];
    Arrays.fill(last, spec.decoderStart());
    for (int t = 0; t < room && !search.isDone(); t++) {
      int position = t;
      NativeScope.run(
          () -> {
            Tensor logs = network.step(writing, last);
            if (position < options.prefix().size()) {
              search.force(options.prefix().get(position), last);
            } else {
              boolean early = position < options.minLength();
              search.extend(logs, allowed(logs, banned, early), last, order);
              writing.reorder(order);
            }
          });
    }
    return search.hypotheses();
  }

  /** The banned ids, or null for none. */
  private Tensor banned(DecodingOptions options) {
    long[] ids = options.banned().get(0, spec.vocabulary()).stream().asLongStream().toArray();
    return ids.length == 0 ? null : network.indices(ids);
  }

  /** Log-probabilities, with −∞ where a token must not be written. */
  private Tensor allowed(Tensor logs, Tensor banned, boolean early) {
    if (banned == null && !early) {
      return logs;
    }
    Tensor allowed = logs.clone();
    Scalar never = new Scalar(Double.NEGATIVE_INFINITY);
    if (banned != null) {
      allowed.index_fill_(1, banned, never);
    }
    if (early) {
      allowed.select(1, spec.eos()).fill_(never);
    }
    return allowed;
  }
}
