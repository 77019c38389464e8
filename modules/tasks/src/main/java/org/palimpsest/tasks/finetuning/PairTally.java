package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.evaluation.metric.Bleu;
import org.palimpsest.evaluation.metric.RougeL;
import org.palimpsest.evaluation.metric.SquadMetrics;
import org.palimpsest.model.LossSum;
import org.palimpsest.tasks.finetuning.PairReport.Sample;

/** Sums of scores over generated pairs, which can be added over tasks. */
final class PairTally implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int SAMPLES = 5;

  private final Bleu bleu = new Bleu();
  private final List<Sample> samples = new ArrayList<>();
  private long pairs;
  private double loss;
  private double weight;
  private double exactMatch;
  private double f1;
  private double rougeL;

  void add(Sample sample) {
    pairs++;
    exactMatch += SquadMetrics.exactMatch(sample.written(), sample.wanted());
    f1 += SquadMetrics.f1(sample.written(), sample.wanted());
    rougeL += RougeL.f1(sample.written(), sample.wanted());
    bleu.add(sample.written(), List.of(sample.wanted()));
    if (samples.size() < SAMPLES) {
      samples.add(sample);
    }
  }

  void add(LossSum sum) {
    loss += sum.loss();
    weight += sum.weight();
  }

  PairTally plus(PairTally other) {
    pairs += other.pairs;
    loss += other.loss;
    weight += other.weight;
    exactMatch += other.exactMatch;
    f1 += other.f1;
    rougeL += other.rougeL;
    bleu.add(other.bleu);
    other.samples.stream().limit(SAMPLES - samples.size()).forEach(samples::add);
    return this;
  }

  /** The first few pairs. */
  List<Sample> samples() {
    return List.copyOf(samples);
  }

  PairReport report(String model, double seconds) {
    return new PairReport(
        model,
        pairs,
        new PairReport.Scores(
            new LossSum(loss, weight).mean(),
            exactMatch / pairs,
            f1 / pairs,
            rougeL / pairs,
            bleu.score()),
        seconds,
        samples);
  }
}
