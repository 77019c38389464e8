package org.palimpsest.model.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.DecodingOptions.End;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.spec.ModelSpec;

/**
 * Beam search for one source, as Hugging Face's: a finished hypothesis scores the sum of its
 * log-probabilities over length^penalty, {@code </s>} counted; the search ends when no live
 * hypothesis, at its current length, beats the worst finished one, or with early stopping when
 * there are as many finished ones as beams.
 */
final class Beams {
  private final int beams;
  private final int eos;
  private final int room;
  private final double penalty;
  private final End end;
  private final List<Hypothesis> finished = new ArrayList<>();
  private List<Live> live;
  private boolean done;

  private record Live(int[] tokens, double logProbability) {
    Live followedBy(int token, double sum) {
      int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
      longer[tokens.length] = token;
      return new Live(longer, sum);
    }
  }

  Beams(ModelSpec spec, DecodingOptions options, int room) {
    this.beams = options.beams();
    this.eos = spec.eos();
    this.room = room;
    this.penalty = options.lengthPenalty();
    this.end = options.end();
    live = List.of(new Live(new int[0], 0));
  }

  boolean isDone() {
    return done;
  }

  /** The tokens of a live hypothesis; empty if there are not so many. */
  int[] text(int beam) {
    return done || beam >= live.size() ? new int[0] : live.get(beam).tokens();
  }

  /** Appends a token with log-probability 0; before the first choice. */
  void force(int token) {
    live = List.of(live.get(0).followedBy(token, 0));
    finishAtMaxLength();
  }

  /**
   * Extends every live hypothesis by one token.
   *
   * @param ranking of all sequences of all sources
   * @param first index of this source's first sequence
   * @param last receives the new last tokens
   * @param order receives the sequences that the new ones continue
   */
  void extend(Ranking ranking, int first, int[] last, int[] order) {
    for (int i = 0; i < beams; i++) {
      order[first + i] = first + i;
    }
    if (done) {
      return;
    }
    List<Live> next = new ArrayList<>();
    int rank = 0;
    for (Candidate candidate : candidates(ranking, first)) {
      Live from = live.get(candidate.beam());
      if (candidate.token() == eos) {
        if (rank < beams) {
          finish(from.tokens(), candidate.logProbability(), from.tokens().length + 1);
        }
      } else if (next.size() < beams) {
        last[first + next.size()] = candidate.token();
        order[first + next.size()] = first + candidate.beam();
        next.add(from.followedBy(candidate.token(), candidate.logProbability()));
      }
      rank++;
    }
    if (next.isEmpty() && finished.isEmpty()) {
      live.forEach(each -> finish(each.tokens(), each.logProbability(), each.tokens().length));
    }
    live = next;
    checkDone();
  }

  private record Candidate(int beam, int token, double logProbability) {}

  /** The best continuations, twice as many as beams, so that enough remain if all beams end. */
  private List<Candidate> candidates(Ranking ranking, int first) {
    List<Candidate> candidates = new ArrayList<>();
    for (int beam = 0; beam < live.size(); beam++) {
      for (int place = 0; place < ranking.most(); place++) {
        double cost = ranking.logProbability(first + beam, place);
        if (cost != Double.NEGATIVE_INFINITY) {
          double sum = live.get(beam).logProbability() + cost;
          candidates.add(new Candidate(beam, ranking.token(first + beam, place), sum));
        }
      }
    }
    candidates.sort(Comparator.comparingDouble(Candidate::logProbability).reversed());
    return candidates.subList(0, Math.min(2 * beams, candidates.size()));
  }

  private void finish(int[] tokens, double logProbability, int length) {
    double score = Search.score(logProbability, length, penalty);
    finished.add(new Hypothesis(tokens, logProbability, score));
    finished.sort(Comparator.comparingDouble(Hypothesis::score).reversed());
    if (finished.size() > beams) {
      finished.remove(beams);
    }
  }

  private void checkDone() {
    if (live.isEmpty()) {
      done = true;
      return;
    }
    int length = live.get(0).tokens().length;
    double bestLive = Search.score(live.get(0).logProbability(), length, penalty);
    done =
        finished.size() == beams
            && (end == End.WHEN_ENOUGH || finished.get(beams - 1).score() >= bestLive);
    finishAtMaxLength();
  }

  private void finishAtMaxLength() {
    int length = live.get(0).tokens().length;
    if (length == room && !done) {
      live.forEach(each -> finish(each.tokens(), each.logProbability(), length));
      done = true;
    }
  }

  /** The best hypotheses; fewer if the search found fewer. */
  List<Hypothesis> best(int number) {
    return List.copyOf(finished.subList(0, Math.min(number, finished.size())));
  }
}
