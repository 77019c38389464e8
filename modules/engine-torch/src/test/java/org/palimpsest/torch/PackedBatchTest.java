package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.DenoisingExample;

/** Examples that share a row are independent. */
class PackedBatchTest {
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);

  static List<String> specs() {
    return Specs.names();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void packedExamplesGiveTheSameLossAndGradients(String name) {
    ModelSpec spec = Specs.named(name);
    List<DenoisingExample> examples = Examples.list(spec, new Random(4), 9);
    Batch unpacked = Batch.of(examples, spec.pad());
    Batch packed = Batch.packed(examples, spec.pad(), 24, 24);
    assertThat(packed.rows()).as("rows").isLessThan(unpacked.rows());
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 7);
    try (Replica replica = new TorchEngine().createReplica(spec, options)) {
      assertThat(losses(replica, packed))
          .as("losses")
          .usingComparatorWithPrecision(1e-5)
          .containsExactly(losses(replica, unpacked));
      LossSum one = replica.backward(unpacked, KEY);
      float[] expected = replica.gradients().toArray();
      replica.zeroGradients();
      LossSum other = replica.backward(packed, KEY);
      assertThat(other.weight()).as("weight").isEqualTo(one.weight());
      assertThat(other.loss()).as("loss").isCloseTo(one.loss(), within(1e-3));
      assertThat(replica.gradients().toArray())
          .as("gradients")
          .usingComparatorWithPrecision(1e-3f)
          .containsExactly(expected);
    }
  }

  /** Losses of all target positions, sorted: packing changes the order of examples. */
  private static double[] losses(Replica replica, Batch batch) {
    float[] all = replica.score(batch).loss();
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < batch.segments().count(); i++) {
      int from = batch.segments().rows()[i] * batch.targetLength();
      for (int t = 0; t < batch.segments().targetLengths()[i]; t++) {
        losses.add((double) all[from + batch.segments().targetFrom()[i] + t]);
      }
    }
    double[] sorted = losses.stream().mapToDouble(each -> each).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
