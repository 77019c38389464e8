package org.palimpsest.tasks.finetuning;

import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.Replica;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.tasks.BatchSettings;
import org.palimpsest.tasks.ReplicaSettings;
import org.palimpsest.tasks.StepBatches;
import org.palimpsest.training.workload.ReplicaSize;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * Fine-tunes a trained model on pairs of texts.
 *
 * @param split the training pairs
 * @param frame adds special tokens to the pairs
 * @param replicas how a replica is computed
 * @param batches how pairs become batches
 * @param start the initial model
 */
record FineTuningWorkload(
    PairSplit split,
    PairFrame frame,
    ReplicaSettings replicas,
    BatchSettings batches,
    TrainedModel start,
    String fingerprint)
    implements Workload<Batch> {
  private static final long serialVersionUID = 1L;

  /** Expected length of an example in tokens; buffers grow if needed. */
  private static final int LENGTH = 64;

  @Override
  public Trainable<Batch> replica(TaskPlacement place) {
    Replica replica = replicas.create(place);
    start.weights().read(replica.parameters());
    return replica;
  }

  @Override
  public void warmUp(TaskPlacement place) {
    replicas.warmUp(place);
  }

  @Override
  public Optional<ReplicaSize> replicaSize() {
    return Optional.of(replicas.size());
  }

  @Override
  public JavaRDD<StepInput<Batch>> steps(JavaSparkContext spark, long firstStep, int workers) {
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .mapPartitions(
            rank -> steps(new WorkerSlice(firstStep, batches.examples(), rank.next(), workers)));
  }

  /** Returns the steps of one worker. */
  StepBatches steps(WorkerSlice slice) {
    return new StepBatches(
        slice,
        batches,
        LENGTH,
        frame.tokens().pad(),
        split.reader().examples(slice, frame, replicas.seed()));
  }

  @Override
  public long epoch(long step) {
    return batches.epoch(step, split.pairs());
  }
}
