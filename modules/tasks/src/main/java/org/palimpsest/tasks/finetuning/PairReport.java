package org.palimpsest.tasks.finetuning;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.Serializable;
import java.util.List;

/**
 * How well a model generates the targets of held-out pairs. Its JSON has the fields of {@code
 * scores} beside the others.
 *
 * @param model location of the model
 * @param pairs number of pairs
 * @param scores metrics over all pairs
 * @param seconds duration of the evaluation
 * @param samples the first few pairs
 */
public record PairReport(
    String model, long pairs, @JsonUnwrapped Scores scores, double seconds, List<Sample> samples) {

  public PairReport {
    samples = List.copyOf(samples);
  }

  /**
   * Metrics of generated targets.
   *
   * @param loss cross-entropy of the reference targets, in nats per token
   * @param exactMatch share of targets generated exactly, after SQuAD's normalization
   * @param f1 mean F1 of words, after SQuAD's normalization
   * @param rougeL mean F-measure of the longest common subsequence
   * @param bleu corpus BLEU, 0 to 100
   */
  public record Scores(double loss, double exactMatch, double f1, double rougeL, double bleu) {}

  /** A source, its reference target, and the generated target. */
  public record Sample(String source, String wanted, String written) implements Serializable {}

  public double loss() {
    return scores.loss();
  }

  public double exactMatch() {
    return scores.exactMatch();
  }

  public double f1() {
    return scores.f1();
  }

  public double rougeL() {
    return scores.rougeL();
  }

  public double bleu() {
    return scores.bleu();
  }
}
