package org.palimpsest.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.palimpsest.evaluation.bootstrap.DocumentCursor;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.training.workload.TaskPlacement;

/** In a task: loads the model once, and scores one batch after the other. */
record ScoringTask(TrainedModel model, HeldOut heldOut) implements Serializable {

  /**
   * An example that waits for its batch.
   *
   * @param document number of its document in the worker's share
   * @param utf8Bytes length of its text
   */
  record Waiting(DenoisingExample example, int document, int utf8Bytes) {}

  ModelSums score(HeldOut.Share share) {
    EvaluationSettings settings = heldOut.settings();
    TaskPlacement place = TaskPlacement.of(TaskContext.get(), settings.device());
    ModelSums sums = new ModelSums();
    DocumentCursor documents = new DocumentCursor();
    List<Waiting> waiting = new ArrayList<>();
    try (Replica replica = model.replica(settings.engine(), place.device(), place.threads())) {
      share.forEach(
          documents,
          (block, example) -> {
            waiting.add(new Waiting(example, documents.document(), block.utf8Bytes()));
            if (waiting.size() == settings.batchBlocks()) {
              flush(waiting, replica, sums);
            }
          });
      flush(waiting, replica, sums);
    }
    sums.end(documents.begun());
    return sums;
  }

  private void flush(List<Waiting> waiting, Replica replica, ModelSums sums) {
    if (!waiting.isEmpty()) {
      List<DenoisingExample> examples = waiting.stream().map(Waiting::example).toList();
      Batch batch = Batch.of(examples, heldOut.settings().vocabulary().pad());
      sums.add(batch, replica.score(batch), waiting);
      waiting.clear();
    }
  }
}
