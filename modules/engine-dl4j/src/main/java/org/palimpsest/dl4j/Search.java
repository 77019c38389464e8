package org.palimpsest.dl4j;

import java.util.List;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.ModelSpec;

/** How the texts for one source are found, token after token. */
sealed interface Search permits Beams, Draws {

  /** The search that the options name. */
  static Search of(ModelSpec spec, DecodingOptions options, int room, int source) {
    return options.beams() > 1
        ? new Beams(spec, options, room)
        : new Draws(spec, options, room, source);
  }

  /** Sequences that a source takes. */
  static int sequences(DecodingOptions options) {
    return options.sampling().isPresent() ? options.best() : options.beams();
  }

  /**
   * Extends every live text by one token.
   *
   * @param logits of all sequences of all sources
   * @param first sequence of this source
   * @param last takes the new last tokens
   * @param order takes the sequences from which those go on
   */
  void extend(double[][] logits, int first, int[] last, int[] order);

  boolean isDone();

  /** As many texts as were asked for, best first. */
  List<Hypothesis> best();

  /** Log-probabilities, of which nothing is forbidden. */
  static double[] logProbabilities(double[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - largest);
    }
    double log = largest + Math.log(sum);
    double[] told = new double[logits.length];
    for (int i = 0; i < told.length; i++) {
      told[i] = logits[i] - log;
    }
    return told;
  }

  /** The same with −∞ where a token may not be written as the {@code position}th. */
  static double[] allowed(double[] told, ModelSpec spec, DecodingOptions options, int position) {
    double[] allowed = told.clone();
    options.banned().stream()
        .filter(token -> token < allowed.length)
        .forEach(token -> allowed[token] = Double.NEGATIVE_INFINITY);
    if (position < options.minLength()) {
      allowed[spec.eos()] = Double.NEGATIVE_INFINITY;
    }
    return allowed;
  }
}
