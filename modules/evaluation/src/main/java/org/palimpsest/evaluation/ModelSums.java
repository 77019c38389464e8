package org.palimpsest.evaluation;

import java.io.Serializable;
import java.util.List;
import org.palimpsest.evaluation.EvaluationReport.Baselines;
import org.palimpsest.evaluation.EvaluationReport.Certainty;
import org.palimpsest.evaluation.EvaluationReport.Losses;
import org.palimpsest.evaluation.EvaluationReport.RestoredSpans;
import org.palimpsest.evaluation.EvaluationReport.Sample;
import org.palimpsest.evaluation.EvaluationReport.Scores;
import org.palimpsest.evaluation.EvaluationReport.Subject;
import org.palimpsest.evaluation.bootstrap.BlockLosses;
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

  private final BlockLosses ofBlocks = new BlockLosses();

  /** Adds a batch whose rows are these examples. */
  void add(Batch batch, Replica.Scores scores, List<ScoringTask.Waiting> rows) {
    for (int row = 0; row < rows.size(); row++) {
      ScoringTask.Waiting block = rows.get(row);
      addRow(batch, scores, row, block);
      blocks++;
      utf8Bytes += block.utf8Bytes();
    }
  }

  private void addRow(Batch batch, Replica.Scores scores, int row, ScoringTask.Waiting block) {
    double all = 0;
    double ofText = 0;
    int counted = 0;
    int begin = row * batch.targetLength();
    for (int at = begin; at < begin + batch.targetLength(); at++) {
      if (batch.lossWeights()[at] > 0) {
        int role = batch.roles()[at];
        positions[role]++;
        loss[role] += scores.loss()[at];
        correct[role] += scores.predicted()[at] == batch.target()[at] ? 1 : 0;
        counted++;
        all += scores.loss()[at];
        ofText += role == DenoisingExample.CONTROL ? 0 : scores.loss()[at];
      }
    }
    ofBlocks.add(block.document(), all, counted, ofText, block.utf8Bytes());
  }

  /** Notes how many documents began in the blocks of this worker. */
  void end(int documentsBegun) {
    ofBlocks.end(documentsBegun);
  }

  /** The losses by block. */
  BlockLosses ofBlocks() {
    return ofBlocks;
  }

  /** What was scored. */
  Sample sample() {
    long tokens = 0;
    for (int role = 0; role < ROLES; role++) {
      tokens += positions[role];
    }
    return new Sample(blocks, utf8Bytes, tokens);
  }

  ModelSums plus(ModelSums other) {
    for (int role = 0; role < ROLES; role++) {
      positions[role] += other.positions[role];
      loss[role] += other.loss[role];
      correct[role] += other.correct[role];
    }
    blocks += other.blocks;
    utf8Bytes += other.utf8Bytes;
    ofBlocks.append(other.ofBlocks);
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
    double sum = 0;
    for (int role = 0; role < ROLES; role++) {
      sum += loss[role];
    }
    double mean = meanLoss();
    ModelComparison.Losses sure = ModelComparison.Losses.of(ofBlocks, settings.seed());
    double ofText = sum - loss[DenoisingExample.CONTROL];
    return new EvaluationReport(
        new Subject(model, settings.objective().name(), settings.seed()),
        sample(),
        new Losses(mean, Math.exp(mean), utf8Bytes == 0 ? 0 : ofText / utf8Bytes),
        new Certainty(ofBlocks.documents(), sure.perToken().interval(), sure.perByte().interval()),
        new Scores(
            score(DenoisingExample.CORRUPTED),
            score(DenoisingExample.KEPT),
            score(DenoisingExample.MOVED)),
        baselines,
        restored,
        seconds);
  }
}
