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

/** In a task: loads the model once and scores one batch after the other. */
record ScoringTask(TrainedModel model, HeldOut heldOut) implements Serializable {

  ModelTally score(HeldOut.Share share) {
    EvaluationSettings settings = heldOut.settings();
    TaskPlacement place = TaskPlacement.of(TaskContext.get(), settings.device());
    ModelTally tally = new ModelTally();
    List<DenoisingExample> waiting = new ArrayList<>();
    try (Replica replica = model.replica(settings.engine(), place.device(), place.threads())) {
      share.forEach(
          (block, example) -> {
            tally.addBlock(block.utf8Bytes());
            waiting.add(example);
            if (waiting.size() == settings.batchBlocks()) {
              flush(waiting, replica, tally);
            }
          });
      flush(waiting, replica, tally);
    }
    return tally;
  }

  private void flush(List<DenoisingExample> waiting, Replica replica, ModelTally tally) {
    if (!waiting.isEmpty()) {
      Batch batch = Batch.of(waiting, heldOut.settings().vocabulary().pad());
      tally.add(batch, replica.score(batch));
      waiting.clear();
    }
  }
}
