package org.palimpsest.tasks.finetuning;

import java.util.List;

/**
 * How well a model writes the targets of held-out pairs.
 *
 * @param model where it lies
 * @param pairs how many were written
 * @param loss of the true targets, in nats a token
 * @param exactMatch share of targets that were written exactly, as SQuAD compares
 * @param f1 mean F1 of words, as SQuAD compares
 * @param rougeL mean F-measure of the longest common subsequence
 * @param bleu of all together, 0 to 100
 * @param seconds how long it took
 * @param samples the first few
 */
public record PairReport(
    String model,
    long pairs,
    double loss,
    double exactMatch,
    double f1,
    double rougeL,
    double bleu,
    double seconds,
    List<Sample> samples) {

  public PairReport {
    samples = List.copyOf(samples);
  }

  /** What was read, what should be written, and what was. */
  public record Sample(String source, String wanted, String written)
      implements java.io.Serializable {}
}
