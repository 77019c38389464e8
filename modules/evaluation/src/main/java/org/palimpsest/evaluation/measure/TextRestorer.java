package org.palimpsest.evaluation.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.training.config.WorkerResources;

/** Restores texts: a trained model on all cores of the cluster, greedily, or a baseline. */
interface TextRestorer {

  /** The restored texts, in order. */
  List<RestoredText> restore(List<DamagedText> texts);

  /** The restorer of a subject, with all its changes. */
  static TextRestorer of(Subject subject) {
    return of(subject, List.of());
  }

  /**
   * The restorer of a subject.
   *
   * @param minGains of changes; see {@link RestoredText#sure}
   */
  static TextRestorer of(Subject subject, List<Double> minGains) {
    if (subject.by() instanceof Subject.Model by) {
      return texts -> onWorkers(by.model(), subject, minGains, texts);
    }
    if (subject.by() instanceof Subject.Dictionary) {
      DictionaryCorrector corrector =
          DictionaryCorrector.of(subject.corpus().training(), subject.corpus().tokenizer());
      return texts -> each(texts, text -> corrector.correct(text.damaged()), minGains);
    }
    return texts -> each(texts, DamagedText::damaged, minGains);
  }

  private static List<RestoredText> each(
      List<DamagedText> texts, Function<DamagedText, String> restore, List<Double> minGains) {
    return texts.stream()
        .map(text -> RestoredText.ofBaseline(restore.apply(text), minGains.size()))
        .toList();
  }

  private static List<RestoredText> onWorkers(
      TrainedModel model, Subject subject, List<Double> minGains, List<DamagedText> texts) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(subject.spark().sparkContext());
    WorkerResources resources = WorkerResources.from(subject.recipe());
    int batches = (texts.size() + RestoringWorker.BATCH - 1) / RestoringWorker.BATCH;
    int workers = resources.tasks(spark, batches);
    RestoringWorker worker =
        new RestoringWorker(
            model,
            subject.recipe().config().getString("engine"),
            subject.recipe().config().getString("training.device"),
            List.copyOf(minGains));
    // Texts of similar lengths are computed together, and each worker gets some of every length.
    List<Integer> order =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(place -> texts.get(place).source().length))
            .toList();
    List<Integer> places = new ArrayList<>();
    ArrayList<ArrayList<DamagedText>> shares = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      ArrayList<DamagedText> share = new ArrayList<>();
      for (int k = rank; k < order.size(); k += workers) {
        places.add(order.get(k));
        share.add(texts.get(order.get(k)));
      }
      shares.add(share);
    }
    List<String> restored =
        resources
            .on(spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers))
            .flatMap(
                rank ->
                    worker.restore(shares.get(rank)).stream().flatMap(RestoredText::all).iterator())
            .collect();
    int each = 1 + minGains.size();
    RestoredText[] result = new RestoredText[texts.size()];
    for (int k = 0; k < result.length; k++) {
      result[places.get(k)] = RestoredText.of(restored.subList(k * each, (k + 1) * each));
    }
    return List.of(result);
  }
}
