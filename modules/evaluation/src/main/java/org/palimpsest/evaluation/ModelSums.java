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
import org.palimpsest.evaluation.bootstrap.BlockLosses.Sum;
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
    double[] sums = new double[Sum.values().length];
    int begin = row * batch.targetLength();
    for (int at = begin; at < begin + batch.targetLength(); at++) {
      if (batch.lossWeights()[at] > 0) {
        int role = batch.roles()[at];
        boolean right = scores.predicted()[at] == batch.target()[at];
        positions[role]++;
        loss[role] += scores.loss()[at];
        correct[role] += right ? 1 : 0;
        add(sums, role, scores.loss()[at], right);
      }
    }
    sums[Sum.BYTES.place()] = block.utf8Bytes();
    ofBlocks.add(block.document(), sums);
  }

  private static void add(double[] sums, int role, double nats, boolean right) {
    sums[Sum.LOSS.place()] += nats;
    sums[Sum.TOKENS.place()]++;
    sums[Sum.TEXT_LOSS.place()] += role == DenoisingExample.CONTROL ? 0 : nats;
    if (role == DenoisingExample.CORRUPTED) {
      add(sums, Sum.LOST_LOSS, nats, right);
    } else if (role == DenoisingExample.MOVED) {
      add(sums, Sum.MOVED_LOSS, nats, right);
    }
  }

  /** Adds to three sums in a row: nats, positions, and positions with the true token. */
  private static void add(double[] sums, Sum first, double nats, boolean right) {
    sums[first.place()] += nats;
    sums[first.place() + 1]++;
    sums[first.place() + 2] += right ? 1 : 0;
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
