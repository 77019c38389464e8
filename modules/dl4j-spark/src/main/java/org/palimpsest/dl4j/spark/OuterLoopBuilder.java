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
 * What {@code OuterLoopTrainingMaster.Builder} can be told.
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
      throw new IllegalArgumentException("rddDataSetNumExamples is " + rddDataSetNumExamples);
    }
    MasterSettings standard = MasterSettings.standard();
    workers = Optional.ofNullable(numWorkers).map(count -> positive("numWorkers", count));
    batchSizePerWorker = standard.batchSizePerWorker();
    averagingFrequency = standard.averagingFrequency();
    aggregate = standard.aggregate();
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

  /** Steps that every worker makes alone before the replicas are averaged (default 5). */
  public B averagingFrequency(int steps) {
    averagingFrequency = positive("averagingFrequency", steps);
    aggregate = Aggregate.PARAMETERS;
    return self();
  }

  /** Sums gradients in every step instead: exactly the gradient of the joined batch. */
  public B aggregateGradients() {
    averagingFrequency = 1;
    aggregate = Aggregate.GRADIENTS;
    return self();
  }

  /**
   * What becomes of averaged parameters: a step against what the round changed, with momentum
   * (block momentum, SlowMo). The default, rate 1 and momentum 0, is the average itself.
   */
  public B outerOptimizer(double learningRate, double momentum) {
    return recipe(
        "training.outer.learning-rate=" + learningRate, "training.outer.momentum=" + momentum);
  }

  /** The same with Nesterov's momentum; published as DiLoCo with 0.7 and 0.9. */
  public B outerNesterov(double learningRate, double momentum) {
    return outerOptimizer(learningRate, momentum).recipe("training.outer.nesterov=true");
  }

  /**
   * Where the training lies: a program that is run again with the same directory goes on where it
   * was stopped. Any file system that driver and executors share.
   */
  public B directory(String path) {
    directory = Optional.of(path);
    return self();
  }

  /** Below which data and checkpoints lie when no {@link #directory} is named. */
  public B exportDirectory(String path) {
    exportDirectory = Optional.of(path);
    return self();
  }

  /** Steps between checkpoints, from which a failed segment is run again (default 500). */
  public B checkpointEvery(long steps) {
    return recipe("checkpoint.every=" + steps);
  }

  /** Nobody waits longer for another worker (default 5 minutes). */
  public B timeout(Duration longest) {
    return recipe("training.timeout=" + longest.toMillis() + "ms");
  }

  /** {@code cpu} (default), or {@code cuda}: the card that Spark has given to the task. */
  public B device(String device) {
    return recipe("training.device=\"" + device + "\"");
  }

  /** What order, dropout and noise are functions of (default 1). */
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

  /** {@link #repartitionData}, as Deeplearning4j spells it. */
  public B repartionData(Repartition repartition) {
    return repartitionData(repartition);
  }

  /** Called on the workers around every update. */
  public B trainingHooks(Collection<TrainingHook> more) {
    hooks.addAll(more);
    return self();
  }

  /** Called on the workers around every update. */
  public B trainingHooks(TrainingHook... more) {
    return trainingHooks(Arrays.asList(more));
  }

  /** Whether {@code getTrainingStats} shall have something to tell. */
  public B collectTrainingStats(boolean collect) {
    statistics = collect ? Statistics.COLLECTED : Statistics.OFF;
    return self();
  }

  /**
   * Further settings of the sections {@code training} and {@code checkpoint}, each {@code
   * key=value}, such as {@code training.transport=spark}; they win over the methods here.
   */
  public B recipe(String... assignments) {
    recipe.addAll(Arrays.asList(assignments));
    return self();
  }

  /** Accepted: nothing is added up in a tree. */
  public B aggregationDepth(int depth) {
    positive("aggregationDepth", depth);
    return self();
  }

  /** Accepted: two steps are always read ahead. */
  public B workerPrefetchNumBatches(int batches) {
    positive("workerPrefetchNumBatches", batches + 1);
    return self();
  }

  /** Accepted: every worker keeps its updater's state; the driver's network gets their mean. */
  public B saveUpdater(boolean save) {
    return self();
  }

  /** Accepted: shares are equal by the number of pieces, whatever the partitions. */
  public B repartitionStrategy(RepartitionStrategy strategy) {
    return self();
  }

  /** Accepted: data are exported, nothing is kept in Spark's storage. */
  public B storageLevel(StorageLevel level) {
    return self();
  }

  /** Accepted: data are exported, nothing is kept in Spark's storage. */
  public B storageLevelStreams(StorageLevel level) {
    return self();
  }

  /** Accepted: data are always exported, for a run must find its place in them again. */
  public B rddTrainingApproach(RDDTrainingApproach approach) {
    return self();
  }

  /**
   * Makes the master. ND4J is loaded, and the Kryo of a Spark context that runs is tried: where one
   * of them fails, Deeplearning4j's networks and their Spark wrappers would say so in many lines.
   *
   * @throws PalimpsestException in one sentence if there is no backend of ND4J or more than one, or
   *     if Kryo does not know its arrays
   */
  public OuterLoopTrainingMaster build() {
    Backend.require();
    Optional.ofNullable(SparkEnv.get())
        .map(SparkEnv::conf)
        .ifPresent(KryoCheck::refuseWithoutArrays);
    MasterSettings settings =
        new MasterSettings(
            workers,
            batchSizePerWorker,
            averagingFrequency,
            aggregate,
            seed,
            order,
            directory,
            exportDirectory,
            statistics,
            recipe);
    return new OuterLoopTrainingMaster(settings, hooks);
  }
}
