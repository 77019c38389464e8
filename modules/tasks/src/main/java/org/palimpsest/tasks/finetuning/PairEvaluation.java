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

/** Writes held-out pairs on all cores of the cluster and adds up how good they are. */
record PairEvaluation(SparkSession spark, Recipe recipe, PairSplit split, PairFrame frame) {

  PairReport score(TrainedModel model) {
    if (split.pairs() == 0) {
      throw PalimpsestException.input(
          "No pair is held out: raise finetune.validation-share above 0, or give more pairs.");
    }
    long start = System.nanoTime();
    PairTally sum = onWorkers(model, PairWriter::write).reduce(new PairTally(), PairTally::plus);
    return sum.report(model.origin(), (System.nanoTime() - start) / 1e9);
  }

  /** Nats per token of the true targets. */
  double loss(TrainedModel model) {
    return onWorkers(model, PairWriter::loss).reduce(LossSum.ZERO, LossSum::plus).mean();
  }

  private <T> Stream<T> onWorkers(TrainedModel model, Function2<PairWriter, Integer, T> work) {
    Section section = new Section("finetune", recipe.section("finetune"));
    long most = Math.min(split.pairs(), section.whole("evaluation-pairs", 1));
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    WorkerResources resources = WorkerResources.from(recipe);
    int workers = resources.tasks(context, (most + PairWriter.AT_ONCE - 1) / PairWriter.AT_ONCE);
    PairWriter writer =
        new PairWriter(
            model,
            split,
            frame,
            recipe.config().getString("engine"),
            Device.parse(recipe.config().getString("training.device")),
            section.size("beams"),
            most,
            workers);
    return resources
        .on(context.parallelize(IntStream.range(0, workers).boxed().toList(), workers))
        .map(rank -> work.call(writer, rank))
        .collect()
        .stream();
  }
}
