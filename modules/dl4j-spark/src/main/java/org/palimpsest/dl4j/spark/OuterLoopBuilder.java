package org.palimpsest.dl4j.spark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.RepartitionStrategy;
import org.deeplearning4j.spark.api.TrainingHook;
import org.palimpsest.dl4j.spark.data.BatchOrder;
import org.palimpsest.dl4j.spark.network.Backend;
import org.palimpsest.dl4j.spark.session.MasterSettings;
import org.palimpsest.dl4j.spark.session.MasterSettings.Statistics;
import org.palimpsest.training.config.TrainingSettings.Aggregate;

/**
 * The settings of {@code OuterLoopTrainingMaster.Builder}.
 *
 * @param <B> the builder itself
 */
abstract class OuterLoopBuilder<B extends OuterLoopBuilder<B>> {
  private final Optional<Integer> workers;
  private final List<TrainingHook> hooks = new ArrayList<>();
  private final List<String> recipe = new ArrayList<>();
  private int batchSizePerWorker;
  private int averagingFrequency;
  private Aggregate aggregate;
  private long seed;
  private BatchOrder.Kind order;
  private Optional<String> directory = Optional.empty();
  private Optional<String> exportDirectory = Optional.empty();
  private Statistics statistics = Statistics.OFF;

  OuterLoopBuilder(Integer numWorkers, int rddDataSetNumExamples) {
    if (rddDataSetNumExamples < 1) {
      throw new IllegalArgumentException(
          "rddDataSetNumExamples is " + rddDataSetNumExamples + ", but must be at least 1");
    }
    MasterSettings standard = MasterSettings.standard();
    workers = Optional.ofNullable(numWorkers).map(count -> positive("numWorkers", count));
    batchSizePerWorker = standard.rounds().batchSizePerWorker();
    averagingFrequency = standard.rounds().averagingFrequency();
    aggregate = standard.rounds().aggregate();
    seed = standard.seed();
    order = standard.order();
  }

  abstract B self();

  private static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", but must be at least 1");
    }
    return value;
  }

  /** Examples that a replica computes at once (default 16). */
  public B batchSizePerWorker(int examples) {
    batchSizePerWorker = positive("batchSizePerWorker", examples);
    return self();
  }

  /** Inner steps of every worker before the replicas are averaged (default 5). */
  public B averagingFrequency(int steps) {
    averagingFrequency = positive("averagingFrequency", steps);
    aggregate = Aggregate.PARAMETERS;
    return self();
  }

  /** Sums gradients in every step instead: exactly the gradient of the combined batch. */
  public B aggregateGradients() {
    averagingFrequency = 1;
    aggregate = Aggregate.GRADIENTS;
    return self();
  }

  /**
   * The outer optimizer: a step with momentum along the change of the averaged parameters (block
   * momentum, SlowMo). The default, rate 1 and momentum 0, is plain averaging.
   */
  public B outerOptimizer(double learningRate, double momentum) {
    return recipe(
        "training.outer.learning-rate=" + learningRate, "training.outer.momentum=" + momentum);
  }

  /** The same with Nesterov momentum; DiLoCo uses 0.7 and 0.9. */
  public B outerNesterov(double learningRate, double momentum) {
    return outerOptimizer(learningRate, momentum).recipe("training.outer.nesterov=true");
  }

  /**
   * The folder of the training, on any file system that driver and executors share. A program that
   * is run again with the same directory continues there.
   */
  public B directory(String path) {
    directory = Optional.of(path);
    return self();
  }

  /** The parent folder of data and checkpoints when no {@link #directory} is set. */
  public B exportDirectory(String path) {
    exportDirectory = Optional.of(path);
    return self();
  }

  /** Steps between checkpoints, from which a failed segment restarts (default 500). */
  public B checkpointEvery(long steps) {
    return recipe("checkpoint.every=" + steps);
  }

  /** Maximum time that workers wait for one another (default 5 minutes). */
  public B timeout(Duration longest) {
    return recipe("training.timeout=" + longest.toMillis() + "ms");
  }

  /** {@code cpu} (default), or {@code cuda} for the GPU that Spark assigns to the task. */
  public B device(String device) {
    return recipe("training.device=\"" + device + "\"");
  }

  /** The seed of order, dropout and noise (default 1). */
  public B rngSeed(long number) {
    seed = number;
    return self();
  }

  /** {@code Never} keeps the RDD's order in every epoch; the others shuffle. */
  public B repartitionData(Repartition repartition) {
    order =
        repartition == Repartition.Never ? BatchOrder.Kind.AS_WRITTEN : BatchOrder.Kind.PERMUTED;
    return self();
  }

  /** {@link #repartitionData} in Deeplearning4j's spelling. */
  public B repartionData(Repartition repartition) {
    return repartitionData(repartition);
  }

  /** Hooks that are called on the workers before and after every update. */
  public B trainingHooks(Collection<TrainingHook> more) {
    hooks.addAll(more);
    return self();
  }

  /** Hooks that are called on the workers before and after every update. */
  public B trainingHooks(TrainingHook... more) {
    return trainingHooks(Arrays.asList(more));
  }

  /** Whether {@code getTrainingStats} collects statistics. */
  public B collectTrainingStats(boolean collect) {
    statistics = collect ? Statistics.COLLECTED : Statistics.OFF;
    return self();
  }

  /**
   * Additional settings of the sections {@code training} and {@code checkpoint}, each {@code
   * key=value}, such as {@code training.transport=spark}; they override the other methods.
   */
  public B recipe(String... assignments) {
    recipe.addAll(Arrays.asList(assignments));
    return self();
  }

  /** Ignored: there is no tree aggregation. */
  public B aggregationDepth(int depth) {
    positive("aggregationDepth", depth);
    return self();
  }

  /** Ignored: two steps are always read ahead. */
  public B workerPrefetchNumBatches(int batches) {
    positive("workerPrefetchNumBatches", batches + 1);
    return self();
  }

  /** Ignored: every worker keeps its updater's state; the driver's network gets their mean. */
  public B saveUpdater(boolean save) {
    return self();
  }

  /** Ignored: workers get equal numbers of batches, whatever the partitions. */
  public B repartitionStrategy(RepartitionStrategy strategy) {
    return self();
  }

  /** Ignored: data are exported, and Spark stores nothing. */
  public B storageLevel(StorageLevel level) {
    return self();
  }

  /** Ignored: data are exported, and Spark stores nothing. */
  public B storageLevelStreams(StorageLevel level) {
    return self();
  }

  /** Ignored: data are always exported, because a run must find its position in them again. */
  public B rddTrainingApproach(RDDTrainingApproach approach) {
    return self();
  }

  /**
   * Builds the master. Loads ND4J and tests the Kryo serializer of a running Spark context, because
   * failures of Deeplearning4j's own classes would be hard to read.
   *
   * @throws PalimpsestException if there is no ND4J backend or more than one, or if Kryo does not
   *     support its arrays
   */
  public OuterLoopTrainingMaster build() {
    Backend.require();
    Optional.ofNullable(SparkEnv.get())
        .map(SparkEnv::conf)
        .ifPresent(KryoCheck::refuseWithoutArrays);
    MasterSettings settings =
        new MasterSettings(
            new MasterSettings.Rounds(workers, batchSizePerWorker, averagingFrequency, aggregate),
            seed,
            order,
            new MasterSettings.Folders(directory, exportDirectory),
            statistics,
            recipe);
    return new OuterLoopTrainingMaster(settings, hooks);
  }
}
