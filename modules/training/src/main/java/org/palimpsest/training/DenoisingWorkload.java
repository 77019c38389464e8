package org.palimpsest.training;

import java.util.Iterator;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import org.palimpsest.corpus.BlockReader;
import org.palimpsest.corpus.EpochBlock;
import org.palimpsest.corpus.Part;
import org.palimpsest.corpus.Slice;
import org.palimpsest.model.Batch;
import org.palimpsest.model.Engine;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.Trainable;

/** Pre-training: our model, on damaged blocks of a corpus. */
record DenoisingWorkload(Part part, DenoisingSettings settings, String fingerprint)
    implements Workload<Batch> {
  private static final long serialVersionUID = 1L;

  @Override
  public Trainable<Batch> replica(Workplace place) {
    ReplicaOptions options =
        new ReplicaOptions(
            place.device(),
            place.threads(),
            settings.optimizer(),
            settings.seed(),
            settings.numerics());
    return Engine.named(settings.engine()).createReplica(settings.model(), options);
  }

  @Override
  public void warmUp(Workplace place) {
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

  private Slice slice(long firstStep, int rank, int workers) {
    return new Slice(firstStep, settings.batchBlocks(), rank, workers);
  }

  private Iterator<EpochBlock> blocks(Slice slice) {
    BlockReader reader = part.reader(settings.seed(), slice);
    TaskCompletionListener close = task -> reader.close();
    TaskContext.get().addTaskCompletionListener(close);
    return reader;
  }

  private Iterator<StepInput<Batch>> batches(Iterator<EpochBlock> blocks, Slice slice) {
    return new DamagedBatches(blocks, slice.blocksPerStep(), settings);
  }

  @Override
  public long epoch(long step) {
    return Math.multiplyExact(step, (long) settings.batchBlocks()) / part.blocks();
  }
}
