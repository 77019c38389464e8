package org.palimpsest.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.ModelSpec;

/**
 * Beam search for one source, as Hugging Face does it without early stopping: a finished text
 * scores the sum of its log-probabilities over length^penalty, {@code </s>} counted; the search
 * ends when no live one, at its present length, beats the worst that is kept.
 */
final class Beams implements Search {
  private final ModelSpec spec;
  private final DecodingOptions options;
  private final int room;
  private final List<Hypothesis> finished = new ArrayList<>();
  private List<Hypothesis> live = List.of(new Hypothesis(new int[0], 0, 0));
  private boolean done;

  Beams(ModelSpec spec, DecodingOptions options, int room) {
    this.spec = spec;
    this.options = options;
    this.room = room;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  private record Candidate(int beam, int token, double sum) {}

  @Override
  public void extend(double[][] logits, int first, int[] last, int[] order) {
    int beams = options.beams();
    for (int i = 0; i < beams; i++) {
      order[first + i] = first + i;
    }
    if (done) {
      return;
    }
    List<Hypothesis> next = new ArrayList<>();
    int rank = 0;
    for (Candidate candidate : candidates(logits, first)) {
      Hypothesis from = live.get(candidate.beam());
      if (candidate.token() == spec.eos() && !isForced()) {
        if (rank < beams) {
          finish(from.tokens(), candidate.sum(), from.tokens().length + 1);
        }
      } else if (next.size() < beams) {
        last[first + next.size()] = candidate.token();
        order[first + next.size()] = first + candidate.beam();
        next.add(extended(from, candidate));
      }
      rank++;
    }
    live = next;
    conclude();
  }

  private int length() {
    return live.get(0).tokens().length;
  }

  private boolean isForced() {
    return length() < options.prefix().size();
  }

  /** The best continuations, twice as many as beams so that enough remain if all beams end. */
  private List<Candidate> candidates(double[][] logits, int first) {
    if (isForced()) {
      return List.of(
          new Candidate(0, options.prefix().get(length()), live.get(0).logProbability()));
    }
    int most = Math.min(2 * options.beams(), spec.vocabulary());
    List<Candidate> candidates = new ArrayList<>();
    for (int beam = 0; beam < live.size(); beam++) {
      double[] told = Search.logProbabilities(logits[first + beam]);
      double[] allowed = Search.allowed(told, spec, options, length());
      double sum = live.get(beam).logProbability();
      for (int token : top(allowed, most)) {
        candidates.add(new Candidate(beam, token, sum + allowed[token]));
      }
    }
    candidates.sort(Comparator.comparingDouble(Candidate::sum).reversed());
    return candidates.subList(0, Math.min(2 * options.beams(), candidates.size()));
  }

  private static int[] top(double[] values, int count) {
    return IntStream.range(0, values.length)
        .filter(i -> values[i] > Double.NEGATIVE_INFINITY)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -values[i]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static Hypothesis extended(Hypothesis from, Candidate candidate) {
    int[] tokens = Arrays.copyOf(from.tokens(), from.tokens().length + 1);
    tokens[tokens.length - 1] = candidate.token();
    return new Hypothesis(tokens, candidate.sum(), 0);
  }

  private void finish(int[] tokens, double sum, int length) {
    finished.add(new Hypothesis(tokens, sum, score(sum, length)));
    finished.sort(Comparator.comparingDouble(Hypothesis::score).reversed());
    if (finished.size() > options.beams()) {
      finished.remove(options.beams());
    }
  }

  private double score(double sum, int length) {
    return sum / Math.pow(length, options.lengthPenalty());
  }

  private void conclude() {
    if (live.isEmpty()) {
      done = true;
      return;
    }
    double hope = score(live.get(0).logProbability(), length());
    boolean full = finished.size() == options.beams();
    done = full && finished.get(options.beams() - 1).score() >= hope;
    if (length() == room && !done) {
      live.forEach(each -> finish(each.tokens(), each.logProbability(), length()));
      done = true;
    }
  }

  @Override
  public List<Hypothesis> best() {
    return finished.subList(0, Math.min(options.best(), finished.size()));
  }
}
