package org.palimpsest.dl4j.spark.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.api.java.JavaRDD;
import org.awaitility.Awaitility;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.palimpsest.dl4j.spark.OuterLoopTrainingMaster;

/** Deeplearning4j's networks on executors in separate processes. */
@Tag("cluster")
class ClusterIT {
  @TempDir private static Path folder;

  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = new Cluster(2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static OuterLoopTrainingMaster.Builder master(String name) {
    return new OuterLoopTrainingMaster.Builder(2, 1)
        .batchSizePerWorker(16)
        .averagingFrequency(5)
        .checkpointEvery(5)
        .timeout(Duration.ofSeconds(30))
        .directory(folder.resolve(name).toString());
  }

  private static float[] lenet(TrainingMaster<?, ?> master) {
    ComputationGraph graph = new ComputationGraph(LenetOnSpark.configuration());
    graph.init();
    SparkComputationGraph network = new SparkComputationGraph(cluster.spark(), graph, master);
    JavaRDD<DataSet> training = cluster.spark().parallelize(LenetOnSpark.images(640, 1), 4);
    network.fit(training);
    return graph.params().toFloatVector();
  }

  @Test
  void aKilledExecutorDoesNotChangeTheResult() {
    float[] calm = lenet(master("calm").build());
    List<Long> pids = cluster.pids(); // before the training takes all cores
    CompletableFuture<float[]> disturbed =
        CompletableFuture.supplyAsync(() -> lenet(master("disturbed").build()));
    awaitCheckpoint(folder.resolve("disturbed/course-00000/run/checkpoints"));
    Cluster.kill(pids.get(0));
    assertThat(disturbed.join()).containsExactly(calm);
  }

  private static void awaitCheckpoint(Path checkpoints) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> checkpoints.toFile().list() != null);
  }

  @Test
  void learnsSequences() {
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            cluster.spark(), SequencesOnSpark.configuration(), master("sequences").build());
    JavaRDD<DataSet> training = cluster.spark().parallelize(SequencesOnSpark.sequences(640, 1), 4);
    JavaRDD<DataSet> test = cluster.spark().parallelize(SequencesOnSpark.sequences(160, 2), 4);
    // scoring broadcasts the parameters, and Spark closes dropped broadcasts
    network.getNetwork().params().setCloseable(false);
    double before = network.calculateScore(test, true);
    network.fit(training);
    network.fit(training);
    assertThat(network.calculateScore(test, true)).isLessThan(0.9 * before);
  }
}
