package org.palimpsest.evaluation.measure;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.palimpsest.evaluation.inference.Generation;
import org.palimpsest.evaluation.inference.JudgedChanges;
import org.palimpsest.evaluation.inference.Restoration;
import org.palimpsest.evaluation.inference.Restorer;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.training.workload.TaskPlacement;

/**
 * In a task: loads the model once, and restores its share of the texts by a greedy search.
 *
 * @param engine name of the engine
 * @param device where it computes
 * @param minGains of changes; see {@link RestoredText#sure}
 */
record RestoringWorker(TrainedModel model, String engine, String device, List<Double> minGains)
    implements Serializable {
  static final int BATCH = 32;

  /** Tokens that a restored text may have more than its source. */
  private static final int MORE_TOKENS = 16;

  /**
   * Restores texts.
   *
   * @param texts with their ids, shortest first
   */
  List<RestoredText> restore(List<DamagedText> texts) {
    TaskPlacement place = TaskPlacement.of(TaskContext.get(), Device.parse(device));
    List<RestoredText> restored = new ArrayList<>();
    try (Restorer restorer =
        Restorer.open(model, engine, place.device(), place.threads(), options(1))) {
      for (int from = 0; from < texts.size(); from += BATCH) {
        List<DamagedText> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
        int longest = batch.get(batch.size() - 1).source().length;
        List<int[]> sources = batch.stream().map(DamagedText::source).toList();
        List<List<Restoration>> found = restorer.alternatives(sources, options(longest));
        for (int k = 0; k < batch.size(); k++) {
          restored.add(judged(restorer, batch.get(k), found.get(k).get(0).text()));
        }
      }
    }
    return restored;
  }

  private RestoredText judged(Restorer restorer, DamagedText text, String restored) {
    if (minGains.isEmpty()) {
      return new RestoredText(restored, List.of());
    }
    JudgedChanges changes = JudgedChanges.of(restorer, text.damaged(), text.source(), restored);
    return new RestoredText(restored, minGains.stream().map(changes::keeping).toList());
  }

  /** A model after little training may not end its texts; longer ones are wrong in any case. */
  private DecodingOptions options(int sourceTokens) {
    int longest = Math.min(model.spec().positions(), 2 * sourceTokens + MORE_TOKENS);
    return Generation.of(model).decoding(Optional.of(1), 1, Optional.of(longest));
  }
}
