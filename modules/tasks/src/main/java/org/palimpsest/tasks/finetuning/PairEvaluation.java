package org.palimpsest.tasks.finetuning;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.Device;
import org.palimpsest.model.LossSum;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.config.WorkerResources;

/** Generates the targets of held-out pairs on all cores of the cluster and scores them. */
record PairEvaluation(SparkSession spark, Recipe recipe, PairSplit split, PairFrame frame) {
  private static final int SHOWN_TOKENS = 64;

  PairReport score(TrainedModel model) {
    if (split.pairs() == 0) {
      throw PalimpsestException.input(
          "No pair is held out: raise finetune.validation-share, or add pairs.");
    }
    long start = System.nanoTime();
    PairTally sum = sum(model, limit(), new PairGenerator.Search(beams(), Integer.MAX_VALUE));
    return sum.report(model.origin(), (System.nanoTime() - start) / 1e9);
  }

  /** Generates the targets of a few pairs by a short, greedy search. */
  List<PairReport.Sample> samples(TrainedModel model, int count) {
    long few = Math.min(split.pairs(), count);
    return few == 0
        ? List.of()
        : sum(model, few, new PairGenerator.Search(1, SHOWN_TOKENS)).samples();
  }

  private PairTally sum(TrainedModel model, long limit, PairGenerator.Search search) {
    return onWorkers(model, limit, search, PairGenerator::generate)
        .reduce(new PairTally(), PairTally::plus);
  }

  /** Returns the loss of the reference targets in nats per token. */
  double loss(TrainedModel model) {
    PairGenerator.Search none = new PairGenerator.Search(1, 1);
    return onWorkers(model, limit(), none, PairGenerator::loss)
        .reduce(LossSum.ZERO, LossSum::plus)
        .mean();
  }

  private long limit() {
    return Math.min(split.pairs(), section().whole("evaluation-pairs", 1));
  }

  private int beams() {
    return section().size("beams");
  }

  private Section section() {
    return new Section("finetune", recipe.section("finetune"));
  }

  private <T> Stream<T> onWorkers(
      TrainedModel model,
      long limit,
      PairGenerator.Search search,
      Function2<PairGenerator, Integer, T> work) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    WorkerResources resources = WorkerResources.from(recipe);
    int workers =
        resources.tasks(context, (limit + PairGenerator.BATCH_SIZE - 1) / PairGenerator.BATCH_SIZE);
    PairGenerator generator =
        new PairGenerator(
            model,
            split,
            frame,
            recipe.config().getString("engine"),
            Device.parse(recipe.config().getString("training.device")),
            search,
            limit,
            workers);
    return resources
        .on(context.parallelize(IntStream.range(0, workers).boxed().toList(), workers))
        .map(rank -> work.call(generator, rank))
        .collect()
        .stream();
  }
}
