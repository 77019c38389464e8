package org.palimpsest.dl4j.spark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.spark.Networks;
import org.palimpsest.dl4j.spark.listener.WorkerHook;
import org.palimpsest.dl4j.spark.network.GraphTrainable.Counts;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.training.workload.ReplicaSize;

class GraphTrainableTest {
  private static final Counts NEW = new Counts(0, 0);

  private static IUpdater updater(String name) {
    return switch (name) {
      case "sgd" -> new Sgd(new StepSchedule(ScheduleType.ITERATION, 0.05, 0.5, 2));
      case "nesterovs" -> new Nesterovs(0.02, 0.9);
      default -> new Adam(0.002);
    };
  }

  private static GraphTrainable replica(ComputationGraph graph) {
    return new GraphTrainable(graph, NEW, WorkerHook.none());
  }

  private static ComputationGraph graph(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration.clone());
    graph.init();
    return graph;
  }

  private static MultiDataSet batch(List<DataSet> data) {
    return DataSet.merge(data).toMultiDataSet();
  }

  private static void step(GraphTrainable replica, long step, MultiDataSet... microBatches) {
    replica.zeroGradients();
    LossSum sum = LossSum.ZERO;
    for (int i = 0; i < microBatches.length; i++) {
      sum = sum.plus(replica.backward(microBatches[i], new DropoutKey(1, step, 0, i)));
    }
    replica.scaleGradients(1 / sum.weight());
    replica.update(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "nesterovs", "adam"})
  void oneReplicaComputesTheSameAsFit(String name) {
    ComputationGraph fitted = graph(Networks.lenet(updater(name), 0));
    try (GraphTrainable replica = replica(graph(Networks.lenet(updater(name), 0)))) {
      for (int step = 0; step < 6; step++) {
        MultiDataSet batch = batch(Networks.images(10 + step, step));
        fitted.fit(batch);
        step(replica, step, batch);
      }
      assertThat(replica.parameters().toArray())
          .containsExactly(fitted.params().toFloatVector(), within(1e-6f));
      assertThat(replica.updates()).isEqualTo(fitted.getIterationCount());
    }
  }

  @Test
  void sequencesWithMasksTrainAsInDeeplearning4j() {
    MultiLayerNetwork fitted = new MultiLayerNetwork(Networks.lstm());
    fitted.init();
    MultiLayerNetwork other = fitted.clone();
    try (GraphTrainable replica = replica(other.toComputationGraph())) {
      for (int step = 0; step < 6; step++) {
        DataSet batch = DataSet.merge(Networks.walks(8, step));
        fitted.fit(batch);
        step(replica, step, batch.toMultiDataSet());
      }
      assertThat(replica.parameters().toArray())
          .containsExactly(fitted.params().toFloatVector(), within(1e-6f));
    }
  }

  @Test
  void withoutMiniBatchTheGradientIsNotDivided() {
    MultiLayerConfiguration whole = Networks.dense(new Sgd(0.01));
    whole.getConfs().forEach(conf -> conf.setMiniBatch(false));
    MultiLayerNetwork fitted = new MultiLayerNetwork(whole.clone());
    fitted.init();
    Blueprint blueprint = new Blueprint(Blueprint.Form.LAYERS, whole.toJson());
    try (GraphTrainable replica = replica(blueprint.build())) {
      for (int step = 0; step < 3; step++) {
        DataSet batch = DataSet.merge(Networks.points(8, step));
        fitted.fit(batch);
        step(replica, step, batch.toMultiDataSet());
      }
      assertThat(replica.parameters().toArray())
          .containsExactly(fitted.params().toFloatVector(), within(1e-6f));
    }
  }

  @Test
  void gradientsOfUnequalBatchesAddUp() {
    List<DataSet> data = Networks.walks(10, 3);
    try (GraphTrainable apart = replica(lstmGraph());
        GraphTrainable joined = replica(lstmGraph())) {
      step(apart, 0, batch(data.subList(0, 3)), batch(data.subList(3, 10)));
      step(joined, 0, batch(data));
      assertThat(apart.gradients().toArray())
          .containsExactly(joined.gradients().toArray(), within(1e-6f));
      assertThat(apart.parameters().toArray())
          .containsExactly(joined.parameters().toArray(), within(1e-4f));
    }
  }

  private static ComputationGraph lstmGraph() {
    MultiLayerNetwork network = new MultiLayerNetwork(Networks.lstm());
    network.init();
    return network.toComputationGraph();
  }

  @Test
  void lossIsASumOverExamples() {
    List<DataSet> data = Networks.walks(4, 1);
    try (GraphTrainable replica = replica(lstmGraph())) {
      LossSum backward = replica.backward(batch(data), new DropoutKey(1, 0, 0, 0));
      LossSum loss = replica.loss(batch(data));
      assertThat(backward.weight()).isEqualTo(4);
      assertThat(loss.weight()).isEqualTo(4);
      assertThat(backward.loss()).isCloseTo(loss.loss(), within(1e-4));
      assertThat(loss.mean()).isCloseTo(lstmGraph().score(batch(data)), within(1e-5));
    }
  }

  @Test
  void graphDropoutDependsOnItsKeyOnly() {
    MultiDataSet batch = batch(Networks.images(8, 1));
    DropoutKey key = new DropoutKey(5, 3, 1, 0);
    try (GraphTrainable replica = replica(graph(Networks.lenet(updater("sgd"), 0.5)))) {
      float[] first = gradients(replica, batch, key);
      Nd4j.getRandom().setSeed(99);
      Nd4j.rand(3, 3);
      assertThat(gradients(replica, batch, key)).containsExactly(first);
      assertThat(gradients(replica, batch, new DropoutKey(5, 3, 0, 0))).isNotEqualTo(first);
      assertThat(gradients(replica, batch, new DropoutKey(5, 4, 1, 0))).isNotEqualTo(first);
    }
  }

  private static float[] gradients(GraphTrainable replica, MultiDataSet batch, DropoutKey key) {
    replica.zeroGradients();
    replica.backward(batch, key);
    return replica.gradients().toArray();
  }

  @Test
  void replicaContinuesFromAnotherReplica() {
    MultiDataSet[] batches = {
      batch(Networks.images(6, 0)), batch(Networks.images(6, 1)), batch(Networks.images(6, 2))
    };
    try (GraphTrainable whole = replica(graph(Networks.lenet(updater("adam"), 0.3)));
        GraphTrainable half = replica(graph(Networks.lenet(updater("adam"), 0.3)));
        GraphTrainable resumed = replica(graph(Networks.lenet(updater("adam"), 0.3)))) {
      for (int i = 0; i < 3; i++) {
        step(whole, i, batches[i]);
      }
      step(half, 0, batches[0]);
      copy(half.parameters().toArray(), resumed.parameters());
      copy(half.optimizerState().toArray(), resumed.optimizerState());
      resumed.restoreUpdates(half.updates());
      step(resumed, 1, batches[1]);
      step(resumed, 2, batches[2]);
      assertThat(resumed.parameters().toArray()).containsExactly(whole.parameters().toArray());
      assertThat(resumed.optimizerState().toArray())
          .containsExactly(whole.optimizerState().toArray());
    }
  }

  private static void copy(float[] values, org.palimpsest.model.FlatVector into) {
    into.write(0, values, 0, values.length);
  }

  @Test
  void learningRateIsAFactor() {
    MultiDataSet batch = batch(Networks.images(6, 0));
    try (GraphTrainable full = replica(graph(Networks.lenet(new Sgd(0.1), 0)));
        GraphTrainable half = replica(graph(Networks.lenet(new Sgd(0.1), 0)))) {
      float[] before = full.parameters().toArray();
      step(full, 0, batch);
      half.zeroGradients();
      LossSum sum = half.backward(batch, new DropoutKey(1, 0, 0, 0));
      half.scaleGradients(1 / sum.weight());
      half.update(0.5);
      float[] a = full.parameters().toArray();
      float[] b = half.parameters().toArray();
      for (int i = 0; i < a.length; i++) {
        assertThat(b[i] - before[i]).isCloseTo((a[i] - before[i]) / 2, within(1e-6f));
      }
    }
  }

  @Test
  void refusesBatchesThatDoNotFit() {
    DropoutKey key = new DropoutKey(1, 0, 0, 0);
    try (GraphTrainable replica = replica(graph(Networks.lenet(new Sgd(0.1), 0)))) {
      assertThatThrownBy(() -> replica.backward(batch(Networks.walks(2, 0)), key))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageStartingWith(
              "The network cannot compute a batch with features [2, 5, 12] and labels [2, 5, 12]: ");
      MultiDataSet two =
          new org.nd4j.linalg.dataset.MultiDataSet(
              new org.nd4j.linalg.api.ndarray.INDArray[] {Nd4j.zeros(2, 3), Nd4j.zeros(2, 3)},
              new org.nd4j.linalg.api.ndarray.INDArray[] {Nd4j.zeros(2, 3)});
      assertThatThrownBy(() -> replica.backward(two, key))
          .hasMessage(
              "A batch has 2 arrays of features and 1 of labels, but the network has 1 inputs and 1"
                  + " outputs: give one array to each input and output.");
      MultiDataSet uneven =
          new org.nd4j.linalg.dataset.MultiDataSet(
              Nd4j.zeros(3, 1, Networks.SIDE, Networks.SIDE), Nd4j.zeros(2, Networks.CLASSES));
      assertThatThrownBy(() -> replica.backward(uneven, key))
          .hasMessageContaining("has different numbers of examples");
    }
  }

  @Test
  void refusesTooLittleNativeMemory() {
    Backend.refuseTooLittleMemory(new ReplicaSize(1000, 2000), 1_000_000);
    ReplicaSize large = new ReplicaSize(1_000_000, 2_000_000);
    assertThatThrownBy(() -> Backend.refuseTooLittleMemory(large, 8_000_000))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "A replica of the network needs at least 20 MB of native memory, but JavaCPP may use 8"
                + " MB: raise -Dorg.bytedeco.javacpp.maxbytes in spark.executor.extraJavaOptions"
                + " (and spark.executor.memoryOverhead with it).");
  }

  @Test
  void refusesSeveralBackends() {
    Backend.refuseSeveral(List.of("CpuBackend"));
    assertThatThrownBy(() -> Backend.refuseSeveral(List.of("CpuBackend", "JCublasBackend")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The class path has several ND4J backends, CpuBackend and JCublasBackend:"
                + " keep one of nd4j-native and nd4j-cuda.");
  }

  @Test
  void refusesACudaBackendWithoutDriver() {
    Backend.refuseCuda(List.of("CpuBackend"));
    assertThatThrownBy(() -> Backend.refuseCuda(List.of("JCublasBackend")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "ND4J's backend is nd4j-cuda, but this machine has no NVIDIA driver: install it, or"
                + " replace nd4j-cuda by nd4j-native (with the classifier of this platform).");
  }

  @Test
  void reportsMissingLayerClasses() {
    String json = Networks.lenet(new Sgd(0.1), 0).toJson().replace("DenseLayer", "MissingLayer");
    assertThatThrownBy(() -> new Blueprint(Blueprint.Form.GRAPH, json).build())
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The network cannot be built on an executor: class not found:"
                + " org.deeplearning4j.nn.conf.layers.MissingLayer; add the classes of custom layers"
                + " to the executors' class path (--jars).");
  }
}
