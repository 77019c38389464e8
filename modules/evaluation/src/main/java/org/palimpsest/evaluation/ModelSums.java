package org.palimpsest.evaluation;

import java.io.Serializable;
import org.palimpsest.evaluation.EvaluationReport.Baselines;
import org.palimpsest.evaluation.EvaluationReport.Losses;
import org.palimpsest.evaluation.EvaluationReport.RestoredSpans;
import org.palimpsest.evaluation.EvaluationReport.Sample;
import org.palimpsest.evaluation.EvaluationReport.Scores;
import org.palimpsest.evaluation.EvaluationReport.Subject;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.DenoisingExample;

/** Sums over counted target positions, separately for each role of their tokens. */
final class ModelSums implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int ROLES = 4;

  private final long[] positions = new long[ROLES];
  private final double[] loss = new double[ROLES];
  private final long[] correct = new long[ROLES];
  private long blocks;
  private long utf8Bytes;

  void addBlock(int bytes) {
    blocks++;
    utf8Bytes += bytes;
  }

  void add(Batch batch, Replica.Scores scores) {
    for (int at = 0; at < batch.target().length; at++) {
      if (batch.lossWeights()[at] > 0) {
        int role = batch.roles()[at];
        positions[role]++;
        loss[role] += scores.loss()[at];
        correct[role] += scores.predicted()[at] == batch.target()[at] ? 1 : 0;
      }
    }
  }

  ModelSums plus(ModelSums other) {
    for (int role = 0; role < ROLES; role++) {
      positions[role] += other.positions[role];
      loss[role] += other.loss[role];
      correct[role] += other.correct[role];
    }
    blocks += other.blocks;
    utf8Bytes += other.utf8Bytes;
    return this;
  }

  /** Nats per counted target token. */
  double meanLoss() {
    long tokens = 0;
    double sum = 0;
    for (int role = 0; role < ROLES; role++) {
      tokens += positions[role];
      sum += loss[role];
    }
    return tokens == 0 ? 0 : sum / tokens;
  }

  private PositionScore score(int role) {
    return PositionScore.of(positions[role], loss[role], correct[role]);
  }

  EvaluationReport report(
      String model,
      EvaluationSettings settings,
      Baselines baselines,
      RestoredSpans restored,
      double seconds) {
    long tokens = 0;
    double sum = 0;
    for (int role = 0; role < ROLES; role++) {
      tokens += positions[role];
      sum += loss[role];
    }
    double mean = meanLoss();
    double ofText = sum - loss[DenoisingExample.CONTROL];
    return new EvaluationReport(
        new Subject(model, settings.objective().name(), settings.seed()),
        new Sample(blocks, utf8Bytes, tokens),
        new Losses(mean, Math.exp(mean), utf8Bytes == 0 ? 0 : ofText / utf8Bytes),
        new Scores(
            score(DenoisingExample.CORRUPTED),
            score(DenoisingExample.KEPT),
            score(DenoisingExample.MOVED)),
        baselines,
        restored,
        seconds);
  }
}
