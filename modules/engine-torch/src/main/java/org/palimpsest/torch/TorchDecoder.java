package org.palimpsest.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Decoder;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.objective.PalimpsestException;

/** Greedy and beam search with cached keys and values. */
final class TorchDecoder implements Decoder {
  /** Sequences that are written side by side. */
  private static final int SEQUENCES = 64;

  private final Bart network;
  private final ModelSpec spec;
  private final Runnable ready;

  /**
   * Decodes with a replica's own network.
   *
   * @param ready makes the calling thread ready to compute
   */
  TorchDecoder(Bart network, ModelSpec spec, Runnable ready) {
    this.network = network;
    this.spec = spec;
    this.ready = ready;
  }

  @Override
  public List<List<Hypothesis>> hypotheses(List<int[]> sources, DecodingOptions options) {
    throw PalimpsestException.configuration(
        "The engine torch gives one text for each source, without a score: ask for no more.");
  }

  @Override
  public List<int[]> generate(List<int[]> sources, DecodingOptions options) {
    ready.run();
    check(sources, options);
    List<int[]> all = new ArrayList<>();
    int group = Math.max(1, SEQUENCES / options.beams());
    for (int from = 0; from < sources.size(); from += group) {
      List<int[]> some = sources.subList(from, Math.min(sources.size(), from + group));
      all.addAll(NativeScope.in(() -> write(some, options)));
    }
    return all;
  }

  private void check(List<int[]> sources, DecodingOptions options) {
    DecodingOptions plain =
        new DecodingOptions(options.maxLength(), options.beams(), options.lengthPenalty());
    if (!options.equals(plain)) {
      throw PalimpsestException.configuration(
          "The engine torch searches with beams only: leave sampling, prefix, banned tokens and a"
              + " least length out.");
    }
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
  }

  private List<int[]> write(List<int[]> sources, DecodingOptions options) {
    int room = Math.min(options.maxLength(), spec.positions());
    Writing writing = network.begin(sources, options.beams(), room);
    return options.beams() == 1
        ? greedy(writing, sources.size(), room)
        : beams(writing, sources.size(), room, options);
  }

  private List<int[]> greedy(Writing writing, int count, int room) {
    int[][] texts = new int[count][room];
    int[] lengths = new int[count];
    boolean[] done = new boolean[count];
    long[] last = new long[count];
    Arrays.fill(last, spec.decoderStart());
    int writingStill = count;
    for (int t = 0; t < room && writingStill > 0; t++) {
      long[] next = NativeScope.in(() -> best(network.step(writing, last)));
      System.arraycopy(next, 0, last, 0, count);
      for (int row = 0; row < count; row++) {
        if (!done[row] && last[row] == spec.eos()) {
          done[row] = true;
          writingStill--;
        } else if (!done[row]) {
          texts[row][lengths[row]++] = (int) last[row];
        }
      }
    }
    List<int[]> results = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      results.add(Arrays.copyOf(texts[row], lengths[row]));
    }
    return results;
  }

  private static long[] best(Tensor logProbabilities) {
    return TorchVector.longs(torch.argmax(logProbabilities, new LongOptional(1), false));
  }

  private List<int[]> beams(Writing writing, int count, int room, DecodingOptions options) {
    List<Beams> searches = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      searches.add(new Beams(spec, options, room));
    }
    long[] last = new long[count * options.beams()];
    long[] order = new long[last.length];
    Arrays.fill(last, spec.decoderStart());
    for (int t = 0; t < room && !searches.stream().allMatch(Beams::isDone); t++) {
      NativeScope.run(
          () -> {
            Tensor logs = network.step(writing, last);
            for (int row = 0; row < count; row++) {
              searches.get(row).extend(logs, row, last, order);
            }
          });
      writing.reorder(order);
    }
    return searches.stream().map(Beams::best).toList();
  }
}
