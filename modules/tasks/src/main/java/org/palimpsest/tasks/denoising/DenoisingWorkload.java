package org.palimpsest.tasks.denoising;

import java.util.Iterator;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.model.Engine;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.training.workload.ReplicaSize;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/** Pre-training: our model, on damaged blocks of a corpus. */
record DenoisingWorkload(CorpusSplit part, DenoisingSettings settings, String fingerprint)
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
            settings.compute().numerics());
    return Engine.named(settings.engine()).createReplica(settings.model(), options);
  }

  @Override
  public void warmUp(TaskPlacement place) {
    Engine.named(settings.engine()).load(place.device());
  }

  @Override
  public Optional<ReplicaSize> replicaSize() {
    ParameterLayout layout = ParameterLayout.of(settings.model());
    return Optional.of(new ReplicaSize(layout.size(), settings.optimizer().stateSize(layout)));
  }

  /** Two stages in one: lanes are read as blocks, blocks are damaged and laid side by side. */
  @Override
  public JavaRDD<StepInput<Batch>> steps(JavaSparkContext spark, long firstStep, int workers) {
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .mapPartitions(rank -> blocks(slice(firstStep, rank.next(), workers)))
        .mapPartitionsWithIndex(
            (rank, blocks) -> batches(blocks, slice(firstStep, rank, workers)), true);
  }

  private WorkerSlice slice(long firstStep, int rank, int workers) {
    return new WorkerSlice(firstStep, settings.batches().batchBlocks(), rank, workers);
  }

  private Iterator<EpochBlock> blocks(WorkerSlice slice) {
    BlockReader reader = part.reader(settings.seed(), slice);
    TaskCompletionListener close = task -> reader.close();
    TaskContext.get().addTaskCompletionListener(close);
    return reader;
  }

  private Iterator<StepInput<Batch>> batches(Iterator<EpochBlock> blocks, WorkerSlice slice) {
    return new DamagedBatches(blocks, slice.blocksPerStep(), settings);
  }

  @Override
  public long epoch(long step) {
    return Math.multiplyExact(step, (long) settings.batches().batchBlocks()) / part.blocks();
  }
}
