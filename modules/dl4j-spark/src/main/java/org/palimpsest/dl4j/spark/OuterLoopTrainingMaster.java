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
 * Trains any {@code SparkComputationGraph} or {@code SparkDl4jMultiLayer} with the runs, segments
 * and rounds of {@link org.palimpsest.training.run.Run}. It replaces {@code
 * ParameterAveragingTrainingMaster} and accepts the same builder calls.
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
 * <p>Costs: the data are written once to a shared file system, as by Deeplearning4j's own masters.
 * The network leaves the driver once and returns at the end of a fit, unless {@code
 * training.transport = spark}. A fit is at least one Spark job with one task per worker. A master
 * serves one program at a time and is not thread-safe. Failures are {@link PalimpsestException}s of
 * one sentence; the Spark context stays usable.
 */
public final class OuterLoopTrainingMaster
    extends BaseTrainingMaster<ParameterAveragingTrainingResult, ParameterAveragingTrainingWorker> {

  private final MasterSettings settings;
  private final List<TrainingHook> hooks;
  private final OuterLoopTrainingStats trainingStats = new OuterLoopTrainingStats();
  private final SessionsFolder sessions;
  private Optional<FitSession> session = Optional.empty();

  OuterLoopTrainingMaster(MasterSettings settings, Collection<TrainingHook> hooks) {
    this.settings = settings;
    this.hooks = new ArrayList<>(hooks);
    collectTrainingStats = settings.statistics() == Statistics.COLLECTED;
    batchSizePerWorker = settings.rounds().batchSizePerWorker();
    trainingMasterUID = "outer-loop-" + UUID.randomUUID();
    sessions = new SessionsFolder(settings, trainingMasterUID, this::getDefaultExportDirectory);
    listeners = List.of();
  }

  /** The builder of {@code ParameterAveragingTrainingMaster}, with additional settings. */
  public static final class Builder extends OuterLoopBuilder<Builder> {
    /**
     * A builder for as many replicas as Spark runs tasks at once.
     *
     * @param rddDataSetNumExamples ignored: examples are counted
     */
    public Builder(int rddDataSetNumExamples) {
      this(null, rddDataSetNumExamples);
    }

    /**
     * A builder for a number of replicas.
     *
     * @param numWorkers replicas; null for as many as Spark runs tasks at once
     * @param rddDataSetNumExamples ignored: examples are counted
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
    int workers = settings.rounds().workers().orElseGet(spark::defaultParallelism);
    FitSession current = sessionOf(network, workers);
    RoutedStats routed = RoutedStats.of(spark);
    WorkerHooks workerHooks =
        new WorkerHooks(hooks, source.form(), WorkerHooks.routing(listeners), routed);
    DriverListeners driverListeners =
        new DriverListeners(network, current.firstIteration(), listeners);
    driverListeners.epochStarts();
    current.fit(network, source, workers, workerHooks, listener(driverListeners));
    driverListeners.epochEnds();
    if (statsStorage != null) {
      routed.deliver(statsStorage);
    }
    trainingStats.note(OuterLoopTrainingStats.FIT, start, System.currentTimeMillis());
  }

  private RunListener listener(DriverListeners driverListeners) {
    return collectTrainingStats
        ? RunListener.all(List.of(driverListeners, new StatsRecorder(trainingStats)))
        : driverListeners;
  }

  /**
   * The session that continues with this network. A changed or another network starts a new
   * session.
   */
  private FitSession sessionOf(DriverNetwork network, int workers) {
    if (session.isEmpty() || !session.get().continuesWith(network)) {
      ExecutorCheck.refuseWithoutBackend(network.spark());
      StoredFolder folder = sessions.next(network.spark());
      session = Optional.of(FitSession.open(folder, settings, network, workers));
    }
    return session.get();
  }

  /** Deletes exported data, and everything outside the directory that the program has set. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    if (settings.folders().directory().isPresent()) {
      session.ifPresent(FitSession::deleteData);
    } else {
      sessions.delete();
      session = Optional.empty();
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
   * {@code RoutingIterationListener}s are copied to the workers; the others are called on the
   * driver.
   */
  @Override
  public void setListeners(Collection<TrainingListener> all) {
    setListeners(null, all);
  }

  @Override
  public void setListeners(StatsStorageRouter storage, Collection<TrainingListener> all) {
    statsStorage = storage;
    listeners = all == null ? List.of() : List.copyOf(all);
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

  /** A worker for Deeplearning4j's own functions over partitions; this master does not use it. */
  @Override
  public ParameterAveragingTrainingWorker getWorkerInstance(SparkDl4jMultiLayer network) {
    NetBroadcastTuple tuple =
        new NetBroadcastTuple(
            network.getNetwork().getLayerWiseConfigurations(),
            network.getNetwork().params(),
            network.getNetwork().getUpdater().getStateViewArray());
    return worker(network.getSparkContext(), tuple, false);
  }

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
            settings.rounds().batchSizePerWorker(),
            settings.rounds().averagingFrequency(),
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

  /** Reads the text of {@link #toJson}. */
  public static OuterLoopTrainingMaster fromJson(String json) {
    return new OuterLoopTrainingMaster(new SettingsText(getJsonMapper()).read(json), List.of());
  }

  /** Reads the text of {@link #toYaml}. */
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
