package org.palimpsest.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.training.workload.TaskPlacement;

/** In a task: loads the model once, and scores one batch after the other. */
record ScoringTask(TrainedModel model, HeldOut heldOut) implements Serializable {

  ModelSums score(HeldOut.Share share) {
    EvaluationSettings settings = heldOut.settings();
    TaskPlacement place = TaskPlacement.of(TaskContext.get(), settings.device());
    ModelSums sums = new ModelSums();
    List<DenoisingExample> waiting = new ArrayList<>();
    try (Replica replica = model.replica(settings.engine(), place.device(), place.threads())) {
      share.forEach(
          (block, example) -> {
            sums.addBlock(block.utf8Bytes());
            waiting.add(example);
            if (waiting.size() == settings.batchBlocks()) {
              flush(waiting, replica, sums);
            }
          });
      flush(waiting, replica, sums);
    }
    return sums;
  }

  private void flush(List<DenoisingExample> waiting, Replica replica, ModelSums sums) {
    if (!waiting.isEmpty()) {
      Batch batch = Batch.of(waiting, heldOut.settings().vocabulary().pad());
      sums.add(batch, replica.score(batch));
      waiting.clear();
    }
  }
}
