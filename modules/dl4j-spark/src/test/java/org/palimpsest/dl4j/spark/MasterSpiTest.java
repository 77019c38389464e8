package org.palimpsest.dl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.palimpsest.base.PalimpsestException;

@ExtendWith(SparkExtension.class)
@Tag("spark")
class MasterSpiTest {
  @TempDir Path folder;

  private final JavaSparkContext spark;

  MasterSpiTest(JavaSparkContext spark) {
    this.spark = spark;
  }

  private OuterLoopTrainingMaster.Builder master() {
    return new OuterLoopTrainingMaster.Builder(1, 1)
        .batchSizePerWorker(8)
        .exportDirectory(folder.toString());
  }

  private SparkDl4jMultiLayer network(OuterLoopTrainingMaster master) {
    return new SparkDl4jMultiLayer(spark, Networks.dense(new Sgd(0.1)), master);
  }

  @Test
  void settingsSurviveJsonAndYaml() {
    OuterLoopTrainingMaster master =
        new OuterLoopTrainingMaster.Builder(3, 1)
            .batchSizePerWorker(7)
            .averagingFrequency(9)
            .outerNesterov(0.7, 0.9)
            .directory("hdfs:///runs/x")
            .rngSeed(1L << 40)
            .collectTrainingStats(true)
            .build();
    assertThat(OuterLoopTrainingMaster.fromJson(master.toJson())).isEqualTo(master);
    assertThat(OuterLoopTrainingMaster.fromYaml(master.toYaml())).isEqualTo(master);
    assertThat(master.toJson()).contains("\"averagingFrequency\" : 9");
    assertThat(master).isNotEqualTo(new OuterLoopTrainingMaster.Builder(3, 1).build());
    assertThatThrownBy(() -> OuterLoopTrainingMaster.fromJson("{}"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("This text does not describe an OuterLoopTrainingMaster: {}");
  }

  /** Spark closes a broadcast array when it drops it, and scoring broadcasts the parameters. */
  @Test
  void parametersAreNotCloseableAfterAFit() {
    SparkDl4jMultiLayer network = network(master().build());
    network.fit(spark.parallelize(Networks.points(20, 1), 1));
    assertThat(network.getNetwork().params().closeable()).isFalse();
  }

  @Test
  void reportsClosedParameters() {
    SparkDl4jMultiLayer network = network(master().build());
    network.getNetwork().params().close();
    assertThatThrownBy(() -> network.fit(spark.parallelize(Networks.points(20, 1), 1)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The network's parameters are closed, because Spark dropped");
  }

  @Test
  void hooksReceiveEveryBatchBeforeAndAfterItsUpdate() {
    Hooks.Notes.CALLS.clear();
    OuterLoopTrainingMaster master = master().trainingHooks(new Hooks.Notes()).build();
    network(master).fit(spark.parallelize(Networks.points(20, 1), 1));
    assertThat(Hooks.Notes.CALLS)
        .containsExactlyInAnyOrder("pre 8", "post 8", "pre 8", "post 8", "pre 4", "post 4");
    assertThat(Hooks.Notes.CALLS.get(0)).startsWith("pre");
    assertThat(Hooks.Notes.CALLS.get(1)).startsWith("post");
    master.removeHook(new Hooks.Notes());
    network(master).fit(spark.parallelize(Networks.points(20, 1), 1));
    assertThat(Hooks.Notes.CALLS).hasSize(6);
  }

  @Test
  void listenersAreCalledOnTheDriver() {
    List<String> calls = new ArrayList<>();
    OuterLoopTrainingMaster master = master().build();
    SparkDl4jMultiLayer network = network(master);
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onEpochStart(Model model) {
            calls.add("start");
          }

          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            calls.add(iteration + " " + epoch);
            assertThat(model.score()).isPositive();
          }

          @Override
          public void onEpochEnd(Model model) {
            calls.add("end");
          }
        });
    network.fit(spark.parallelize(Networks.points(20, 1), 1));
    network.fit(spark.parallelize(Networks.points(20, 1), 1));
    assertThat(calls).containsExactly("start", "3 0", "end", "start", "6 1", "end");
  }

  @Test
  void statisticsCoverFitsAndSegments() throws Exception {
    OuterLoopTrainingMaster master = master().collectTrainingStats(true).build();
    SparkDl4jMultiLayer network = network(master);
    network.fit(spark.parallelize(Networks.points(20, 1), 1));
    network.fit(spark.parallelize(Networks.points(20, 1), 1));
    SparkTrainingStats stats = network.getSparkTrainingStats();
    assertThat(stats.getValue(OuterLoopTrainingStats.FIT)).hasSize(2);
    assertThat(stats.getValue(OuterLoopTrainingStats.SEGMENT)).hasSize(2);
    assertThat(stats.getValue(OuterLoopTrainingStats.FIT).get(0).getDurationMs()).isPositive();
    assertThat(stats.statsAsString()).contains("OuterLoopSegmentTimesMs");
    stats.exportStatFiles(folder.resolve("stats").toString(), spark.sc());
    assertThat(folder.resolve("stats/OuterLoopFitTimesMs.txt")).isNotEmptyFile();
  }

  @Test
  void workersWorkInDeeplearning4jFunctions() {
    OuterLoopTrainingMaster master = master().build();
    SparkDl4jMultiLayer network = network(master);
    var worker = master.getWorkerInstance(network);
    MultiLayerNetwork own = worker.getInitialModel();
    DataSet batch = DataSet.merge(Networks.points(8, 1));
    worker.processMinibatch(batch, own, false);
    ParameterAveragingTrainingResult result = worker.getFinalResult(own);
    network.getNetwork().fit(batch);
    assertThat(result.getParameters()).isEqualTo(network.getNetwork().params());
  }

  @Test
  void refusesKryoWithoutRequiredRegistrations() {
    SparkConf kryo = new SparkConf(false).set("spark.serializer", KryoSerializer.class.getName());
    assertThatThrownBy(() -> KryoCheck.refuseWithoutArrays(kryo))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Spark's Kryo serializer does not support ND4J's arrays: set"
                + " spark.kryo.registrator to org.palimpsest.dl4j.spark.Dl4jKryoRegistrator.");
    SparkConf strict = SparkExtension.conf().clone().set("spark.kryo.registrationRequired", "true");
    assertThatThrownBy(() -> KryoCheck.refuseWithoutArrays(strict))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "spark.kryo.registrationRequired is true, but not all classes are registered: set"
                + " spark.kryo.registrator to org.palimpsest.dl4j.spark.Dl4jKryoRegistrator.");
    KryoCheck.refuseWithoutArrays(new SparkConf(false));
    KryoCheck.refuseWithoutArrays(SparkExtension.conf());
    KryoCheck.refuseWithoutArrays(
        strict.set("spark.kryo.registrator", Dl4jKryoRegistrator.class.getName()));
  }
}
