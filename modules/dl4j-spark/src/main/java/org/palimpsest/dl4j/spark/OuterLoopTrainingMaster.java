package org.palimpsest.dl4j.spark;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.api.worker.NetBroadcastTuple;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.BaseTrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.spark.data.FitSource;
import org.palimpsest.dl4j.spark.listener.RoutedStats;
import org.palimpsest.dl4j.spark.listener.WorkerHooks;
import org.palimpsest.dl4j.spark.network.Backend;
import org.palimpsest.dl4j.spark.network.DriverNetwork;
import org.palimpsest.dl4j.spark.network.ExecutorCheck;
import org.palimpsest.dl4j.spark.session.FitSession;
import org.palimpsest.dl4j.spark.session.MasterSettings;
import org.palimpsest.dl4j.spark.session.MasterSettings.Statistics;
import org.palimpsest.dl4j.spark.session.SessionsFolder;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.event.RunListener;

/**
 * Trains any {@code SparkComputationGraph} or {@code SparkDl4jMultiLayer} by the runs, segments and
 * rounds of {@link org.palimpsest.training.run.Run}: in the place of {@code
 * ParameterAveragingTrainingMaster}, whose builder it understands.
 *
 * <pre>{@code
 * TrainingMaster master = new OuterLoopTrainingMaster.Builder(4, 1)
 *     .batchSizePerWorker(32)
 *     .averagingFrequency(10)
 *     .directory("hdfs:///runs/lenet")
 *     .build();
 * SparkComputationGraph network = new SparkComputationGraph(spark, configuration, master);
 * for (int epoch = 0; epoch < 10; epoch++) {
 *   network.fit(data);
 * }
 * }</pre>
 *
 * <p>What it costs: the data are written once, as by Deeplearning4j's own masters, to a file system
 * that driver and executors share; the network leaves the driver once and comes back at the end of
 * a fit. Between rounds nothing passes through the driver, unless {@code training.transport} says
 * so. A fit is at least one Spark job of as many tasks as there are workers.
 *
 * <p>A master serves one program at a time and is not thread-safe. Failures are {@link
 * PalimpsestException}s of one sentence; the Spark context stays usable.
 */
public final class OuterLoopTrainingMaster
    extends BaseTrainingMaster<ParameterAveragingTrainingResult, ParameterAveragingTrainingWorker> {

  private final MasterSettings settings;
  private final List<TrainingHook> hooks;
  private final OuterLoopTrainingStats trainingStats = new OuterLoopTrainingStats();
  private final SessionsFolder courses;
  private Optional<FitSession> course = Optional.empty();

  OuterLoopTrainingMaster(MasterSettings settings, Collection<TrainingHook> hooks) {
    this.settings = settings;
    this.hooks = new ArrayList<>(hooks);
    collectTrainingStats = settings.statistics() == Statistics.COLLECTED;
    batchSizePerWorker = settings.batchSizePerWorker();
    trainingMasterUID = "outer-loop-" + UUID.randomUUID();
    courses = new SessionsFolder(settings, trainingMasterUID, this::getDefaultExportDirectory);
    listeners = List.of();
  }

  /** As {@code ParameterAveragingTrainingMaster.Builder}, with what an outer loop can do more. */
  public static final class Builder extends OuterLoopBuilder<Builder> {
    /**
     * @param rddDataSetNumExamples accepted for programs that name it: examples are counted
     */
    public Builder(int rddDataSetNumExamples) {
      this(null, rddDataSetNumExamples);
    }

    /**
     * @param numWorkers replicas; null for as many as Spark runs tasks at once
     * @param rddDataSetNumExamples accepted for programs that name it: examples are counted
     */
    public Builder(Integer numWorkers, int rddDataSetNumExamples) {
      super(numWorkers, rddDataSetNumExamples);
    }

    @Override
    Builder self() {
      return this;
    }
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> data) {
    fit(new DriverNetwork.OfLayers(network), new FitSource.DataSets(data));
  }

  @Override
  public void executeTraining(SparkComputationGraph network, JavaRDD<DataSet> data) {
    fit(new DriverNetwork.OfGraph(network), new FitSource.DataSets(data));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph network, JavaRDD<MultiDataSet> data) {
    fit(new DriverNetwork.OfGraph(network), new FitSource.MultiDataSets(data));
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer layers,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    fit(
        layers == null ? new DriverNetwork.OfGraph(graph) : new DriverNetwork.OfLayers(layers),
        loader == null
            ? new FitSource.MultiDataSetPaths(paths, multiLoader)
            : new FitSource.DataSetPaths(paths, loader));
  }

  private void fit(DriverNetwork network, FitSource source) {
    long start = System.currentTimeMillis();
    JavaSparkContext spark = network.spark();
    Backend.require();
    KryoCheck.refuseWithoutArrays(spark.getConf());
    network.refuseUntrainable();
    int workers = settings.workers().orElseGet(spark::defaultParallelism);
    FitSession now = courseOf(network, workers);
    RoutedStats routed = RoutedStats.of(spark);
    WorkerHooks witnesses =
        new WorkerHooks(hooks, source.form(), WorkerHooks.routing(listeners), routed);
    DriverListeners told = new DriverListeners(network, now.firstIteration(), listeners);
    told.epochStarts();
    now.fit(network, source, workers, witnesses, listener(told));
    told.epochEnds();
    if (statsStorage != null) {
      routed.deliver(statsStorage);
    }
    trainingStats.note(OuterLoopTrainingStats.FIT, start, System.currentTimeMillis());
  }

  private RunListener listener(DriverListeners told) {
    return collectTrainingStats
        ? RunListener.all(List.of(told, new StatsRecorder(trainingStats)))
        : told;
  }

  /**
   * The course that goes on with this network. One that was changed since the last fit, or another
   * one, begins a course of its own beside the first.
   */
  private FitSession courseOf(DriverNetwork network, int workers) {
    if (course.isEmpty() || !course.get().continuesWith(network)) {
      ExecutorCheck.refuseWithoutBackend(network.spark());
      StoredFolder place = courses.next(network.spark());
      course = Optional.of(FitSession.open(place, settings, network, workers));
    }
    return course.get();
  }

  /** Deletes exported data, and whatever else lies in no directory that the program has named. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    if (settings.directory().isPresent()) {
      course.ifPresent(FitSession::deleteData);
    } else {
      courses.delete();
      course = Optional.empty();
    }
    return true;
  }

  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return deleteTempFiles(JavaSparkContext.fromSparkContext(spark));
  }

  @Override
  public void addHook(TrainingHook hook) {
    hooks.add(hook);
  }

  @Override
  public void removeHook(TrainingHook hook) {
    hooks.remove(hook);
  }

  /**
   * {@code RoutingIterationListener}s are copied to the workers; the rest is told on the driver.
   */
  @Override
  public void setListeners(Collection<TrainingListener> told) {
    setListeners(null, told);
  }

  @Override
  public void setListeners(StatsStorageRouter storage, Collection<TrainingListener> told) {
    statsStorage = storage;
    listeners = told == null ? List.of() : List.copyOf(told);
  }

  @Override
  public void setCollectTrainingStats(boolean collect) {
    collectTrainingStats = collect;
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return collectTrainingStats;
  }

  @Override
  public SparkTrainingStats getTrainingStats() {
    return trainingStats;
  }

  /**
   * A worker for Deeplearning4j's own functions over partitions, which train by themselves from a
   * broadcast network. The training of this master does not use it.
   */
  @Override
  public ParameterAveragingTrainingWorker getWorkerInstance(SparkDl4jMultiLayer network) {
    NetBroadcastTuple tuple =
        new NetBroadcastTuple(
            network.getNetwork().getLayerWiseConfigurations(),
            network.getNetwork().params(),
            network.getNetwork().getUpdater().getStateViewArray());
    return worker(network.getSparkContext(), tuple, false);
  }

  /** As {@link #getWorkerInstance(SparkDl4jMultiLayer)}. */
  @Override
  public ParameterAveragingTrainingWorker getWorkerInstance(SparkComputationGraph network) {
    NetBroadcastTuple tuple =
        new NetBroadcastTuple(
            network.getNetwork().getConfiguration(),
            network.getNetwork().params(),
            network.getNetwork().getUpdater().getStateViewArray());
    return worker(network.getSparkContext(), tuple, true);
  }

  private ParameterAveragingTrainingWorker worker(
      JavaSparkContext spark, NetBroadcastTuple tuple, boolean isGraph) {
    WorkerConfiguration configuration =
        new WorkerConfiguration(
            isGraph,
            1,
            settings.batchSizePerWorker(),
            settings.averagingFrequency(),
            0,
            collectTrainingStats);
    return new ParameterAveragingTrainingWorker(
        spark.broadcast(tuple), true, configuration, hooks, listeners, null);
  }

  @Override
  public String toJson() {
    return new SettingsText(getJsonMapper()).of(settings);
  }

  @Override
  public String toYaml() {
    return new SettingsText(getYamlMapper()).of(settings);
  }

  /** Makes a master of what {@link #toJson} wrote. */
  public static OuterLoopTrainingMaster fromJson(String json) {
    return new OuterLoopTrainingMaster(new SettingsText(getJsonMapper()).read(json), List.of());
  }

  /** Makes a master of what {@link #toYaml} wrote. */
  public static OuterLoopTrainingMaster fromYaml(String yaml) {
    return new OuterLoopTrainingMaster(new SettingsText(getYamlMapper()).read(yaml), List.of());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OuterLoopTrainingMaster master && settings.equals(master.settings);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }
}
