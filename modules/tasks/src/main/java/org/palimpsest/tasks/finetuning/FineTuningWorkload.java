package org.palimpsest.tasks.finetuning;

import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.training.workload.ReplicaSize;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/** Fine-tunes a trained model on pairs of texts. */
record FineTuningWorkload(
    PairSplit split, FineTuningSettings settings, TrainedModel start, String fingerprint)
    implements Workload<Batch> {
  private static final long serialVersionUID = 1L;

  @Override
  public Trainable<Batch> replica(TaskPlacement place) {
    ReplicaOptions options =
        new ReplicaOptions(
            place.device(),
            place.threads(),
            settings.optimizer(),
            settings.seed(),
            settings.numerics());
    Replica replica = Engine.named(settings.engine()).createReplica(start.spec(), options);
    start.weights().read(replica.parameters());
    return replica;
  }

  @Override
  public void warmUp(TaskPlacement place) {
    Engine.named(settings.engine()).load(place.device());
  }

  @Override
  public Optional<ReplicaSize> replicaSize() {
    ParameterLayout layout = ParameterLayout.of(start.spec());
    return Optional.of(new ReplicaSize(layout.size(), settings.optimizer().stateSize(layout)));
  }

  @Override
  public JavaRDD<StepInput<Batch>> steps(JavaSparkContext spark, long firstStep, int workers) {
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .mapPartitions(
            rank ->
                new PairBatches(
                    split,
                    settings,
                    new WorkerSlice(firstStep, settings.batchPairs(), rank.next(), workers)));
  }

  @Override
  public long epoch(long step) {
    return Math.multiplyExact(step, (long) settings.batchPairs()) / split.pairs();
  }
}
