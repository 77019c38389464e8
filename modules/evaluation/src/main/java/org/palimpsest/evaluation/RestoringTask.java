package org.palimpsest.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.evaluation.inference.Generation;
import org.palimpsest.evaluation.inference.Restoration;
import org.palimpsest.evaluation.inference.Restorer;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.training.workload.TaskPlacement;

/**
 * In a task: restores a few corrupted texts of a readable length. The search is greedy and short,
 * so that it takes little time even with a large model that does not end its texts yet.
 */
record RestoringTask(TrainedModel model, CorpusSplit part, EvaluationSettings settings, int count)
    implements Serializable {
  private static final int MAX_TOKENS = 64;

  /**
   * A restoration as it is sent to the driver.
   *
   * @param probability of the text
   * @param spans the model's text for each gap
   * @param lost the text that the corruption removed there
   */
  record Restored(
      String source,
      String text,
      String original,
      double probability,
      ArrayList<String> spans,
      ArrayList<Restorer.LostSpan> lost)
      implements Serializable {
    Restoration restoration() {
      return new Restoration(source, text, List.of(), Optional.of(original), probability);
    }
  }

  List<Restored> restore() {
    TaskPlacement place = TaskPlacement.of(TaskContext.get(), settings.device());
    Corruptor corruptor =
        settings.objective().corruptor(settings.vocabulary(), settings.blockSize());
    List<Restored> restored = new ArrayList<>();
    try (Restorer restorer =
        Restorer.open(model, settings.engine(), place.device(), place.threads(), options())) {
      for (TokenBlock text : ReadableTexts.of(part, count)) {
        DenoisingExample corrupted =
            corruptor.corrupt(text, settings.seed(), EvaluationSettings.EPOCH);
        Restoration found = restorer.restore(text, corrupted);
        restored.add(
            new Restored(
                found.source(),
                found.text(),
                found.original().orElseThrow(),
                found.probability(),
                new ArrayList<>(found.spans()),
                new ArrayList<>(restorer.lostSpans(corrupted))));
      }
    }
    return restored;
  }

  private DecodingOptions options() {
    int longest = Math.min(MAX_TOKENS, model.spec().positions());
    return Generation.of(model).decoding(Optional.of(1), 1, Optional.of(longest));
  }
}
