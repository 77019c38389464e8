package org.palimpsest.dl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.core.storage.impl.CollectionStatsStorageRouter;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Sgd;

/** Routed listeners run on the workers; the storage stays on the driver. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class RoutedListenersTest {
  @TempDir Path folder;

  private final JavaSparkContext spark;
  private final List<StorageMetaData> sessions = new ArrayList<>();
  private final List<Persistable> workers = new ArrayList<>();
  private final List<Persistable> updates = new ArrayList<>();

  RoutedListenersTest(JavaSparkContext spark) {
    this.spark = spark;
  }

  private SparkDl4jMultiLayer network(OuterLoopTrainingMaster.Builder master) {
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            spark,
            Networks.dense(new Sgd(0.1)),
            master.batchSizePerWorker(5).exportDirectory(folder.toString()).build());
    network.setListeners(
        new CollectionStatsStorageRouter(sessions, workers, updates),
        List.of(new RoutingNotes("session")));
    return network;
  }

  private static List<String> notes(List<? extends Persistable> all) {
    return all.stream()
        .map(each -> each.getSessionID() + " " + each.getWorkerID() + " " + each.getTimeStamp())
        .toList();
  }

  @Test
  void iterationsOfEveryWorkerArriveOnce() {
    SparkDl4jMultiLayer network = network(new OuterLoopTrainingMaster.Builder(2, 1));
    network.fit(spark.parallelize(Networks.points(20, 1), 1));
    assertThat(notes(sessions))
        .containsExactlyInAnyOrder("session worker-0 0", "session worker-1 0");
    assertThat(notes(workers))
        .containsExactlyInAnyOrder("session worker-0 0", "session worker-1 0");
    assertThat(notes(updates))
        .containsExactlyInAnyOrder(
            "session worker-0 1", "session worker-0 2", "session worker-1 1", "session worker-1 2");
    network.fit(spark.parallelize(Networks.points(20, 1), 1));
    assertThat(notes(updates)).hasSize(8).contains("session worker-0 4", "session worker-1 4");
  }

  @Test
  void failedSegmentsSendNothing() {
    OuterLoopTrainingMaster.Builder master =
        new OuterLoopTrainingMaster.Builder(1, 1).trainingHooks(new Hooks.FailsOnce(2));
    Hooks.FailsOnce.reset();
    network(master).fit(spark.parallelize(Networks.points(20, 1), 1));
    assertThat(notes(updates))
        .containsExactlyInAnyOrder(
            "session worker-0 1", "session worker-0 2", "session worker-0 3", "session worker-0 4");
  }
}
