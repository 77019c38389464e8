package org.palimpsest.evaluation.measure;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.Device;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.training.workload.TaskPlacement;

/**
 * In a task: loads the model once, and computes the loss of gaps.
 *
 * @param engine name of the engine
 * @param device where it computes
 */
record GapScorer(TrainedModel model, String engine, String device) implements Serializable {
  static final int BATCH = 32;

  /** The loss of each gap, in nats. */
  List<Double> score(List<Gap> gaps) {
    TaskPlacement place = TaskPlacement.of(TaskContext.get(), Device.parse(device));
    Vocabulary vocabulary = model.tokenizer().tokenizer().vocabulary();
    List<Double> losses = new ArrayList<>();
    try (Replica replica = model.replica(engine, place.device(), place.threads())) {
      for (int from = 0; from < gaps.size(); from += BATCH) {
        List<DenoisingExample> examples =
            gaps.subList(from, Math.min(gaps.size(), from + BATCH)).stream()
                .map(gap -> gap.example(vocabulary, model.spec().decoderStart()))
                .toList();
        Batch batch = Batch.of(examples, vocabulary.pad());
        Replica.Scores scores = replica.score(batch);
        for (int row = 0; row < examples.size(); row++) {
          losses.add(scores.lossOf(batch, row));
        }
      }
    }
    return losses;
  }
}
