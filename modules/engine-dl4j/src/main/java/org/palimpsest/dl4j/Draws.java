package org.palimpsest.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.Sampling;

/**
 * Independent texts for one source: the most probable token each time, or a drawn one. A draw is a
 * function of (seed, source, sample, position).
 */
final class Draws implements Search {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final ModelSpec spec;
  private final DecodingOptions options;
  private final int room;
  private final int source;
  private final int[][] tokens;
  private final double[] sums;
  private final boolean[] done;
  private int position;

  Draws(ModelSpec spec, DecodingOptions options, int room, int source) {
    this.spec = spec;
    this.options = options;
    this.room = room;
    this.source = source;
    int count = Search.sequences(options);
    tokens = new int[count][0];
    sums = new double[count];
    done = new boolean[count];
  }

  @Override
  public void extend(double[][] logits, int first, int[] last, int[] order) {
    for (int i = 0; i < tokens.length; i++) {
      order[first + i] = first + i;
      if (!done[i]) {
        last[first + i] = extend(i, logits[first + i]);
      }
    }
    position++;
  }

  private int extend(int sample, double[] logits) {
    int token;
    if (position < options.prefix().size()) {
      token = options.prefix().get(position);
    } else {
      double[] told = Search.logProbabilities(logits);
      double[] allowed = Search.allowed(told, spec, options, position);
      token =
          options.sampling().map(how -> draw(allowed, how, sample)).orElseGet(() -> best(allowed));
      sums[sample] += told[token];
    }
    if (token == spec.eos() && position >= options.prefix().size()) {
      done[sample] = true;
    } else {
      tokens[sample] = Arrays.copyOf(tokens[sample], position + 1);
      tokens[sample][position] = token;
      done[sample] = position + 1 == room;
    }
    return token;
  }

  private static int best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private int draw(double[] told, Sampling how, int sample) {
    int[] ranked =
        IntStream.range(0, told.length)
            .filter(token -> told[token] > Double.NEGATIVE_INFINITY)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer token) -> -told[token]))
            .limit(how.topK() == 0 ? told.length : how.topK())
            .mapToInt(Integer::intValue)
            .toArray();
    double[] shares = new double[ranked.length];
    double sum = 0;
    for (int i = 0; i < ranked.length; i++) {
      shares[i] = Math.exp((told[ranked[i]] - told[ranked[0]]) / how.temperature());
      sum += shares[i];
    }
    double kept = 0;
    int count = 0;
    while (count < shares.length && (count == 0 || kept < how.topP() * sum)) {
      kept += shares[count++];
    }
    double at = uniform(how.seed(), sample) * kept;
    int chosen = 0;
    while (chosen < count - 1 && at >= shares[chosen]) {
      at -= shares[chosen++];
    }
    return ranked[chosen];
  }

  private double uniform(long seed, int sample) {
    long state = mix(seed + GOLDEN);
    state = mix(state ^ (source + 1) * GOLDEN);
    state = mix(state ^ (sample + 1) * GOLDEN);
    state = mix(state ^ (position + 1) * GOLDEN);
    return (state >>> 11) * 0x1p-53;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  @Override
  public boolean isDone() {
    return IntStream.range(0, done.length).allMatch(i -> done[i]);
  }

  @Override
  public List<Hypothesis> best() {
    List<Hypothesis> all = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      all.add(new Hypothesis(tokens[i], sums[i], sums[i]));
    }
    all.sort(Comparator.comparingDouble(Hypothesis::score).reversed());
    return all;
  }
}
