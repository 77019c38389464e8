package org.palimpsest.tasks.finetuning;

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

  PairReport score(TrainedModel model) {
    if (split.pairs() == 0) {
      throw PalimpsestException.input(
          "No pair is held out: raise finetune.validation-share, or add pairs.");
    }
    long start = System.nanoTime();
    PairTally sum =
        onWorkers(model, PairGenerator::generate).reduce(new PairTally(), PairTally::plus);
    return sum.report(model.origin(), (System.nanoTime() - start) / 1e9);
  }

  /** Returns the loss of the reference targets in nats per token. */
  double loss(TrainedModel model) {
    return onWorkers(model, PairGenerator::loss).reduce(LossSum.ZERO, LossSum::plus).mean();
  }

  private <T> Stream<T> onWorkers(TrainedModel model, Function2<PairGenerator, Integer, T> work) {
    Section section = new Section("finetune", recipe.section("finetune"));
    long limit = Math.min(split.pairs(), section.whole("evaluation-pairs", 1));
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
            section.size("beams"),
            limit,
            workers);
    return resources
        .on(context.parallelize(IntStream.range(0, workers).boxed().toList(), workers))
        .map(rank -> work.call(generator, rank))
        .collect()
        .stream();
  }
}
