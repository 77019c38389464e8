package org.palimpsest.dl4j.spark.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.spark.Networks;
import org.palimpsest.dl4j.spark.SparkExtension;
import org.palimpsest.dl4j.spark.data.BatchDecoder;
import org.palimpsest.dl4j.spark.data.BatchOrder;
import org.palimpsest.dl4j.spark.data.ExportedBatches;
import org.palimpsest.dl4j.spark.data.FitData;
import org.palimpsest.dl4j.spark.data.FitSource;
import org.palimpsest.dl4j.spark.listener.RoutedStats;
import org.palimpsest.dl4j.spark.listener.WorkerHooks;
import org.palimpsest.dl4j.spark.network.Blueprint;
import org.palimpsest.dl4j.spark.network.DriverNetwork;
import org.palimpsest.model.Device;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.workload.ReplicaSize;
import org.palimpsest.training.workload.TaskPlacement;

/** Checks of Spark's executors before a network is trained. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class NetworkWorkloadTest {
  @TempDir Path folder;

  private final JavaSparkContext spark;

  NetworkWorkloadTest(JavaSparkContext spark) {
    this.spark = spark;
  }

  private NetworkWorkload workload(String json) {
    Configuration hadoop = new Configuration();
    DriverNetwork network =
        new DriverNetwork.OfLayers(
            new SparkDl4jMultiLayer(spark, Networks.dense(new Adam(0.1)), null));
    StoredFolder files = new StoredFolder(new org.apache.hadoop.fs.Path(folder.toString()), hadoop);
    return new NetworkWorkload(
        new Blueprint(Blueprint.Form.LAYERS, json),
        InitialNetwork.write(files, network),
        new FitData(0, 0, 1, new ExportedBatches(folder.toString(), List.of())),
        BatchOrder.of(1, 1, 0, BatchOrder.Kind.AS_WRITTEN),
        new BatchDecoder.Stored(),
        new WorkerHooks(List.of(), FitSource.BatchForm.DATA_SET, List.of(), RoutedStats.of(spark)),
        new SerializableConfiguration(hadoop),
        "a network");
  }

  private static TaskPlacement place(Device device) {
    return new TaskPlacement(0, 1, device);
  }

  @Test
  void knowsItsReplicaSizeInAdvance() {
    int parameters = 6 * 10 + 10 + 10 * 3 + 3;
    NetworkWorkload workload = workload(Networks.dense(new Adam(0.1)).toJson());
    assertThat(workload.replicaSize()).contains(new ReplicaSize(parameters, 2L * parameters));
  }

  @Test
  void warmUpChecksLayersAndDevice() {
    String json = Networks.dense(new Adam(0.1)).toJson();
    assertThatCode(() -> workload(json).warmUp(place(Device.CPU)))
        .as("on the CPU, with all layers")
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> workload(json).warmUp(place(Device.parse("cuda:0"))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The device is cuda:0, but the ND4J backend of this executor computes on the CPU:"
                + " replace nd4j-native by nd4j-cuda, or set the device to cpu.");
    NetworkWorkload unknown = workload(json.replace("DenseLayer", "MissingLayer"));
    assertThatThrownBy(() -> unknown.warmUp(place(Device.CPU)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The network cannot be built on an executor: class not found:"
                + " org.deeplearning4j.nn.conf.layers.MissingLayer; add the classes of custom layers"
                + " to the executors' class path (--jars).");
  }
}
