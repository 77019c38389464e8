package org.palimpsest.model.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.spec.ModelSpec;

/** Independent sequences: each takes the best next token, or a sampled one. */
final class Drawing implements Search {
  private final DecodingOptions options;
  private final Optional<Sampler> sampler;
  private final int eos;
  private final int most;
  private final int firstSource;
  private final int[][] texts;
  private final int[] lengths;
  private final double[] sums;
  private final boolean[] ended;
  private int decoded;
  private int unfinished;

  /**
   * Decodes some sources.
   *
   * @param firstSource index of the first source in the call
   * @param count number of sources
   */
  Drawing(ModelSpec spec, DecodingOptions options, int firstSource, int count, int room) {
    this.options = options;
    this.sampler = options.sampling().map(Sampler::new);
    this.eos = spec.eos();
    this.most = sampler.map(some -> some.most(spec.vocabulary())).orElse(1);
    this.firstSource = firstSource;
    int sequences = count * options.best();
    texts = new int[sequences][room];
    lengths = new int[sequences];
    sums = new double[sequences];
    ended = new boolean[sequences];
    unfinished = sequences;
  }

  @Override
  public int sequences() {
    return options.best();
  }

  @Override
  public int most() {
    return most;
  }

  @Override
  public boolean isDone() {
    return unfinished == 0 || decoded == texts[0].length;
  }

  @Override
  public void force(int token, int[] last) {
    Arrays.fill(last, token);
    for (int i = 0; i < texts.length; i++) {
      texts[i][lengths[i]++] = token;
    }
    decoded++;
  }

  @Override
  public void extend(Ranking ranking, int[] last, int[] order) {
    for (int i = 0; i < texts.length; i++) {
      order[i] = i;
      if (!ended[i]) {
        int rank = rank(ranking, i);
        last[i] = ranking.token(i, rank);
        append(i, last[i], ranking.logProbability(i, rank));
      }
    }
    decoded++;
  }

  private int rank(Ranking ranking, int sequence) {
    if (sampler.isEmpty()) {
      return 0;
    }
    int source = firstSource + sequence / options.best();
    return sampler.get().draw(ranking, sequence, source, sequence % options.best(), decoded);
  }

  private void append(int sequence, int token, double logProbability) {
    sums[sequence] += logProbability;
    if (token == eos) {
      ended[sequence] = true;
      unfinished--;
    } else {
      texts[sequence][lengths[sequence]++] = token;
    }
  }

  @Override
  public int[] text(int sequence) {
    return Arrays.copyOf(texts[sequence], ended[sequence] ? 0 : lengths[sequence]);
  }

  @Override
  public List<List<Hypothesis>> hypotheses() {
    List<List<Hypothesis>> all = new ArrayList<>();
    for (int from = 0; from < texts.length; from += options.best()) {
      List<Hypothesis> some = new ArrayList<>();
      for (int i = from; i < from + options.best(); i++) {
        int length = lengths[i] + (ended[i] ? 1 : 0);
        double score = Search.score(sums[i], length, options.lengthPenalty());
        some.add(new Hypothesis(Arrays.copyOf(texts[i], lengths[i]), sums[i], score));
      }
      some.sort(Comparator.comparingDouble(Hypothesis::score).reversed());
      all.add(some);
    }
    return all;
  }
}
