package org.palimpsest.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.ModelSpec;

/**
 * Beam search for one source, as Hugging Face does it without early stopping: a finished hypothesis
 * scores the sum of its log-probabilities over length^penalty, {@code </s>} counted; the search
 * ends when no live one, at its present length, beats the worst that is kept.
 */
final class Beams {
  private final int beams;
  private final int eos;
  private final int vocabulary;
  private final int room;
  private final double penalty;
  private final List<Hypothesis> finished = new ArrayList<>();
  private List<Hypothesis> live;
  private boolean done;

  private record Hypothesis(int[] tokens, double logProbability, double score) {}

  Beams(ModelSpec spec, DecodingOptions options, int room) {
    this.beams = options.beams();
    this.eos = spec.eos();
    this.vocabulary = spec.vocabulary();
    this.room = room;
    this.penalty = options.lengthPenalty();
    live = List.of(new Hypothesis(new int[0], 0, 0));
  }

  boolean isDone() {
    return done;
  }

  /**
   * Extends every live hypothesis by one token.
   *
   * @param logs log-probabilities of all sequences of all sources
   * @param source which source this is; its sequences are the {@code beams} from there on
   * @param last takes the new last tokens
   * @param order takes the sequences from which those go on
   */
  void extend(Tensor logs, int source, long[] last, long[] order) {
    int first = source * beams;
    for (int i = 0; i < beams; i++) {
      order[first + i] = (long) first + i;
    }
    if (done) {
      return;
    }
    List<Hypothesis> next = new ArrayList<>();
    int rank = 0;
    for (Candidate candidate : candidates(logs, first)) {
      Hypothesis from = live.get(candidate.beam());
      if (candidate.token() == eos) {
        if (rank < beams) {
          finish(from.tokens(), candidate.logProbability(), from.tokens().length + 1);
        }
      } else if (next.size() < beams) {
        last[first + next.size()] = candidate.token();
        order[first + next.size()] = (long) first + candidate.beam();
        next.add(extended(from, candidate));
      }
      rank++;
    }
    live = next;
    conclude();
  }

  private record Candidate(int beam, int token, double logProbability) {}

  /** The best continuations, twice as many as beams so that enough remain if all beams end. */
  private List<Candidate> candidates(Tensor logs, int first) {
    List<Candidate> candidates = new ArrayList<>();
    int each = Math.min(2 * beams, vocabulary);
    T_TensorTensor_T top = logs.narrow(0, first, live.size()).topk(each);
    double[] values = TorchVector.doubles(top.get0());
    long[] tokens = TorchVector.longs(top.get1());
    for (int i = 0; i < values.length; i++) {
      int beam = i / each;
      double sum = live.get(beam).logProbability() + values[i];
      candidates.add(new Candidate(beam, (int) tokens[i], sum));
    }
    candidates.sort(Comparator.comparingDouble(Candidate::logProbability).reversed());
    return candidates.subList(0, Math.min(2 * beams, candidates.size()));
  }

  private static Hypothesis extended(Hypothesis from, Candidate candidate) {
    int[] tokens = Arrays.copyOf(from.tokens(), from.tokens().length + 1);
    tokens[tokens.length - 1] = candidate.token();
    return new Hypothesis(tokens, candidate.logProbability(), 0);
  }

  private void finish(int[] tokens, double logProbability, int length) {
    finished.add(new Hypothesis(tokens, logProbability, score(logProbability, length)));
    finished.sort(Comparator.comparingDouble(Hypothesis::score).reversed());
    if (finished.size() > beams) {
      finished.remove(beams);
    }
  }

  private double score(double logProbability, int length) {
    return logProbability / Math.pow(length, penalty);
  }

  private void conclude() {
    if (live.isEmpty()) {
      done = true;
      return;
    }
    int length = live.get(0).tokens().length;
    double hope = score(live.get(0).logProbability(), length);
    done = finished.size() == beams && finished.get(beams - 1).score() >= hope;
    if (length == room && !done) {
      live.forEach(each -> finish(each.tokens(), each.logProbability(), length));
      done = true;
    }
  }

  /** The tokens of the best hypothesis. */
  int[] best() {
    return finished.get(0).tokens();
  }
}
