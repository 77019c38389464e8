package org.palimpsest.dl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;
import org.palimpsest.base.PalimpsestException;

@ExtendWith(SparkExtension.class)
@Tag("spark")
class OuterLoopTrainingMasterTest {
  @TempDir Path folder;

  private final JavaSparkContext spark;

  OuterLoopTrainingMasterTest(JavaSparkContext spark) {
    this.spark = spark;
  }

  private OuterLoopTrainingMaster.Builder master(int workers) {
    return new OuterLoopTrainingMaster.Builder(workers, 1)
        .batchSizePerWorker(8)
        .timeout(Duration.ofSeconds(20))
        .exportDirectory(folder.resolve("tmp").toString());
  }

  private MultiLayerNetwork dense() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Networks.dense(new Sgd(new StepSchedule(ScheduleType.ITERATION, 0.2, 0.7, 3))));
    network.init();
    return network;
  }

  private float[] trained(OuterLoopTrainingMaster master, JavaRDD<DataSet> data, int epochs) {
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, dense(), master);
    for (int epoch = 0; epoch < epochs; epoch++) {
      network.fit(data);
    }
    return network.getNetwork().params().toFloatVector();
  }

  @Test
  void oneWorkerComputesTheSameAsFit() {
    List<DataSet> points = Networks.points(44, 1);
    MultiLayerNetwork fitted = dense();
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int at = 0; at < 44; at += 8) {
        fitted.fit(DataSet.merge(points.subList(at, Math.min(44, at + 8))));
      }
    }
    OuterLoopTrainingMaster master =
        master(1).averagingFrequency(4).repartitionData(Repartition.Never).build();
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, dense(), master);
    network.fit(spark.parallelize(points, 1));
    network.fit(spark.parallelize(points, 1));
    assertThat(network.getNetwork().params().toFloatVector())
        .containsExactly(fitted.params().toFloatVector(), within(1e-6f));
    assertThat(network.getNetwork().getIterationCount()).isEqualTo(12);
    assertThat(network.getNetwork().getEpochCount()).isEqualTo(2);
    assertThat(network.getScore()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void gradientsOfSeveralWorkersAddUp(int workers) {
    List<DataSet> points = Networks.points(50, 2);
    float[] alone =
        trained(
            new OuterLoopTrainingMaster.Builder(1, 1)
                .batchSizePerWorker(8 * workers)
                .aggregateGradients()
                .repartitionData(Repartition.Never)
                .exportDirectory(folder.toString())
                .build(),
            spark.parallelize(points, 1),
            2);
    float[] together =
        trained(
            master(workers).aggregateGradients().repartitionData(Repartition.Never).build(),
            spark.parallelize(points, 1),
            2);
    assertThat(together).containsExactly(alone, within(1e-5f));
  }

  @Test
  void equalRunsAreBitwiseEqual() {
    JavaRDD<DataSet> data = spark.parallelize(Networks.points(60, 3), 4);
    float[] first = trained(master(2).averagingFrequency(2).rngSeed(5).build(), data, 2);
    assertThat(trained(master(2).averagingFrequency(2).rngSeed(5).build(), data, 2))
        .containsExactly(first);
    assertThat(trained(master(2).averagingFrequency(2).rngSeed(6).build(), data, 2))
        .isNotEqualTo(first);
  }

  @Test
  void aRestartedProgramContinues() {
    JavaRDD<DataSet> data = spark.parallelize(Networks.points(60, 4), 3);
    float[] whole = trained(diLoCo("whole").build(), data, 3);
    trained(diLoCo("twice").build(), data, 1);
    float[] twice =
        trained(diLoCo("twice").build(), spark.parallelize(Networks.points(60, 4), 3), 3);
    assertThat(twice).containsExactly(whole);
    // again: everything is complete, and nothing is trained, exported or changed
    assertThat(trained(diLoCo("twice").build(), data, 3)).containsExactly(whole);
  }

  private OuterLoopTrainingMaster.Builder diLoCo(String name) {
    return master(2)
        .averagingFrequency(2)
        .outerNesterov(0.7, 0.9)
        .directory(folder.resolve(name).toString());
  }

  @Test
  void anInterruptedFitContinuesInsideItsEpoch() {
    JavaRDD<DataSet> data = spark.parallelize(Networks.points(96, 4), 3);
    float[] whole = trained(diLoCo("whole").checkpointEvery(2).build(), data, 2);
    OuterLoopTrainingMaster broken =
        diLoCo("cut")
            .checkpointEvery(2)
            .recipe("training.attempts=1")
            .trainingHooks(new Hooks.FailsAt(5))
            .build();
    assertThatThrownBy(() -> trained(broken, data, 2))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("injected");
    assertThat(trained(diLoCo("cut").checkpointEvery(2).build(), data, 2)).containsExactly(whole);
  }

  @Test
  void aChangedNetworkStartsANewSession() {
    JavaRDD<DataSet> data = spark.parallelize(Networks.points(20, 5), 2);
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            spark, dense(), master(1).repartitionData(Repartition.Never).build());
    network.fit(data);
    network.getNetwork().setParams(dense().params());
    network.getNetwork().setIterationCount(0);
    network.fit(data);
    float[] again = trained(master(1).repartitionData(Repartition.Never).build(), data, 1);
    assertThat(network.getNetwork().params().toFloatVector()).containsExactly(again);
  }

  @Test
  void graphsLearnFromDataSetsMultiDataSetsAndPaths() throws Exception {
    List<DataSet> images = Networks.images(48, 6);
    List<float[]> results = new ArrayList<>();
    results.add(graph(network -> network.fit(spark.parallelize(images, 3))));
    List<MultiDataSet> multi = images.stream().map(DataSet::toMultiDataSet).toList();
    results.add(graph(network -> network.fitMultiDataSet(spark.parallelize(multi, 3))));
    List<String> paths = new ArrayList<>();
    Files.createDirectories(folder.resolve("files"));
    for (int i = 0; i < 6; i++) {
      Path file = folder.resolve("files/" + i);
      DataSet.merge(images.subList(8 * i, 8 * i + 8)).save(file.toFile());
      paths.add(file.toString());
    }
    results.add(graph(network -> network.fitPaths(spark.parallelize(paths, 1))));
    assertThat(results.get(1)).containsExactly(results.get(0));
    assertThat(results.get(2)).containsExactly(results.get(0));
  }

  private interface Fit {
    void to(SparkComputationGraph network);
  }

  private float[] graph(Fit fit) {
    ComputationGraph graph = new ComputationGraph(Networks.lenet(new Adam(0.005), 0));
    graph.init();
    SparkComputationGraph network =
        new SparkComputationGraph(
            spark,
            graph,
            master(2).repartitionData(Repartition.Never).averagingFrequency(2).build());
    double before = network.calculateScore(spark.parallelize(Networks.images(48, 6), 2), true);
    for (int epoch = 0; epoch < 4; epoch++) {
      fit.to(network);
    }
    assertThat(network.calculateScore(spark.parallelize(Networks.images(48, 6), 2), true))
        .isLessThan(0.9 * before);
    return graph.params().toFloatVector();
  }

  @Test
  void updaterStateReturnsWithTheParameters() {
    ComputationGraph graph = new ComputationGraph(Networks.lenet(new Adam(0.002), 0));
    graph.init();
    SparkComputationGraph network = new SparkComputationGraph(spark, graph, master(2).build());
    network.fit(spark.parallelize(Networks.images(40, 8), 2));
    assertThat(graph.getUpdater().getUpdaterStateViewArray().norm2Number().doubleValue())
        .isPositive();
  }

  @ParameterizedTest
  @Tag("torture")
  @ValueSource(strings = {"reset", "average"})
  void everyInnerStateGivesTheSameResult(String innerState) {
    transportSparkGivesTheSameResult(innerState);
  }

  @ParameterizedTest
  @ValueSource(strings = "carried")
  void transportSparkGivesTheSameResult(String innerState) {
    JavaRDD<DataSet> data = spark.parallelize(Networks.points(60, 3), 4);
    float[] collective = trained(master(2).averagingFrequency(2).build(), data, 2);
    String[] jobs = {"training.transport=spark", "training.inner-state=" + innerState};
    float[] first = trained(master(2).averagingFrequency(2).recipe(jobs).build(), data, 2);
    // SGD has no state to reset
    assertThat(first).containsExactly(collective, within(1e-6f));
    assertThat(trained(master(2).averagingFrequency(2).recipe(jobs).build(), data, 2))
        .containsExactly(first);
  }

  @Test
  void reportsBadInputAndKeepsTheContextUsable() {
    JavaRDD<DataSet> none = spark.parallelize(List.of(), 2);
    assertThatThrownBy(() -> trained(master(1).build(), none, 1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("The RDD passed to fit has no examples: pass one with data.");
    JavaRDD<DataSet> wrong =
        spark.parallelize(List.of(new DataSet(Nd4j.zeros(1, 7), Nd4j.zeros(1, 3))), 1);
    assertThatThrownBy(() -> trained(master(1).recipe("training.attempts=1").build(), wrong, 1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(
            "The network cannot compute a batch with features [1, 7] and labels [1, 3]: ");
    assertThatThrownBy(
            () -> trained(master(7).build(), spark.parallelize(Networks.points(9, 1)), 1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("training.workers is 7, but Spark has room for 3 tasks at once");
    assertThatThrownBy(
            () ->
                trained(
                    master(1).device("cuda").recipe("training.attempts=1").build(),
                    spark.parallelize(Networks.points(9, 1)),
                    1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("the ND4J backend of this executor computes on the CPU");
    assertThat(spark.parallelize(List.of(1, 2, 3)).count()).isEqualTo(3);
    assertThat(trained(master(2).build(), spark.parallelize(Networks.points(40, 1)), 1))
        .isNotEqualTo(dense().params().toFloatVector());
  }

  @Test
  void refusesADirectoryOfAnotherTraining() {
    JavaRDD<DataSet> data = spark.parallelize(Networks.points(20, 1), 1);
    trained(diLoCo("other").build(), data, 1);
    assertThatThrownBy(() -> trained(diLoCo("other").batchSizePerWorker(4).build(), data, 1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("holds the training of another network")
        .hasMessageContaining("set another directory");
  }

  @Test
  void deletesTemporaryFiles() throws Exception {
    OuterLoopTrainingMaster master = master(1).build();
    trained(master, spark.parallelize(Networks.points(20, 1), 1), 1);
    assertThat(entries(folder.resolve("tmp"))).isEqualTo(1);
    assertThat(master.deleteTempFiles(spark)).isTrue();
    assertThat(entries(folder.resolve("tmp"))).isZero();
  }

  private static long entries(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }
}
