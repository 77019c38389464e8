package org.palimpsest.tasks.denoising;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import org.palimpsest.corpus.read.BlockOrder;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.model.Replica;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.tasks.StepBatches;
import org.palimpsest.training.checkpoint.DataPhase;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.workload.ReplicaSize;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/** Pre-trains a model on corrupted blocks of a corpus. */
record DenoisingWorkload(
    CorpusPhases data, BlockOrder.Kind order, DenoisingSettings settings, InitialParameters initial)
    implements Workload<Batch> {
  private static final long serialVersionUID = 1L;

  /** Special tokens that an example may have beyond the tokens of its block. */
  private static final int FRAME = 2;

  @Override
  public Trainable<Batch> replica(TaskPlacement place) {
    Replica replica = settings.replica().create(place);
    initial.set(replica.parameters());
    return replica;
  }

  @Override
  public void warmUp(TaskPlacement place) {
    settings.replica().warmUp(place);
  }

  @Override
  public Optional<ReplicaSize> replicaSize() {
    return Optional.of(settings.replica().size());
  }

  @Override
  public long readerBytes(int workers) {
    return data.split().readerBytes(order, settings.batches().examples(), workers, data.present());
  }

  /** Reads blocks in one stage, and corrupts and batches them in another. */
  @Override
  public JavaRDD<StepInput<Batch>> steps(JavaSparkContext spark, long firstStep, int workers) {
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .mapPartitions(rank -> blocks(slice(firstStep, rank.next(), workers)))
        .mapPartitionsWithIndex(
            (rank, blocks) -> batches(blocks, slice(firstStep, rank, workers)), true);
  }

  private WorkerSlice slice(long firstStep, int rank, int workers) {
    return new WorkerSlice(firstStep, settings.batches().examples(), rank, workers);
  }

  private Iterator<EpochBlock> blocks(WorkerSlice slice) {
    BlockReader reader = data.split().reader(order, settings.seed(), slice, data.present());
    TaskCompletionListener close = task -> reader.close();
    TaskContext.get().addTaskCompletionListener(close);
    return reader;
  }

  private Iterator<StepInput<Batch>> batches(Iterator<EpochBlock> blocks, WorkerSlice slice) {
    Corruptor corruptor =
        settings.objective().corruptor(settings.vocabulary(), settings.blockSize());
    return new StepBatches(
        slice,
        settings.batches(),
        settings.blockSize() + FRAME,
        settings.vocabulary().pad(),
        buffer -> {
          EpochBlock next = blocks.next();
          corruptor.corrupt(next.block(), settings.seed(), next.epoch(), buffer);
        });
  }

  @Override
  public long epoch(long step) {
    return data.epoch(step);
  }

  @Override
  public String fingerprint() {
    return data.fingerprint();
  }

  @Override
  public Optional<Workload<Batch>> resumedFrom(TrainingState state) {
    return data.resumedFrom(state)
        .map(resumed -> new DenoisingWorkload(resumed, order, settings, initial));
  }

  @Override
  public List<DataPhase> phases() {
    return data.phases();
  }

  @Override
  public Optional<String> news() {
    return data.news();
  }
}
