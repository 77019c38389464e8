package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.VectorPart;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Execution;

/** Parts of the gradients can be exchanged while the backward pass goes on. */
class BackwardOrderTest {
  private static final Numerics RECOMPUTED =
      new Numerics(Precision.FP32, 0, 0, Numerics.Activations.RECOMPUTED);

  /** A part that the replica has told of, and the gradients at that time. */
  private record Told(VectorPart part, float[] all) {
    float[] own() {
      return Arrays.copyOfRange(all, (int) part.from(), (int) (part.from() + part.size()));
    }
  }

  static List<String> specs() {
    return Specs.names();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void aPartDoesNotChangeAfterItIsTold(String name) {
    ModelSpec spec = Specs.named(name);
    List<Batch> batches =
        List.of(
            Examples.batch(spec, new Random(1), 3),
            Examples.weighted(Examples.batch(spec, new Random(2), 4)));
    for (Numerics numerics : List.of(Numerics.PLAIN, RECOMPUTED)) {
      for (Execution execution : List.of(Execution.CPU, Execution.GPU)) {
        try (TorchReplica replica = replica(spec, numerics, execution)) {
          List<Told> parts = backward(replica, batches);
          float[] gradients = replica.gradients().toArray();
          for (Told told : parts) {
            VectorPart part = told.part();
            int end = (int) (part.from() + part.size());
            assertThat(told.own())
                .as("gradients from %d to %d", part.from(), end)
                .isEqualTo(Arrays.copyOfRange(gradients, (int) part.from(), end));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void thePartsAreAllGradientsFromTheirEnd(String name) {
    ModelSpec spec = Specs.named(name);
    try (TorchReplica replica = replica(spec, Numerics.PLAIN, Execution.CPU)) {
      List<VectorPart> parts =
          backward(replica, List.of(Examples.batch(spec, new Random(1), 3))).stream()
              .map(Told::part)
              .toList();
      long end = ParameterLayout.of(spec).size();
      for (VectorPart part : parts) {
        assertThat(part.from() + part.size()).as("end of a part").isEqualTo(end);
        end = part.from();
      }
      assertThat(end).as("start of the last part").isZero();
      boolean headIsOwn = !spec.has(Feature.TIED_HEAD) || spec.has(Feature.HEAD_BIAS);
      int layers = spec.encoderLayers() + spec.decoderLayers();
      assertThat(parts).hasSize(layers + (headIsOwn ? 2 : 1));
    }
  }

  @Test
  void theDecoderIsToldBeforeTheEncoderBegins() {
    ModelSpec spec = Specs.named("bart");
    try (TorchReplica replica = replica(spec, Numerics.PLAIN, Execution.CPU)) {
      List<Told> parts = backward(replica, List.of(Examples.batch(spec, new Random(1), 3)));
      Told decoder = parts.get(spec.decoderLayers() - 1);
      Told encoder = parts.get(spec.decoderLayers());
      int from = (int) encoder.part().from();
      int to = (int) (from + encoder.part().size());
      assertThat(Arrays.copyOfRange(decoder.all(), from, to)).containsOnly(0f);
      assertThat(encoder.own()).isNotEqualTo(new float[to - from]);
    }
  }

  /** Another replica has loss in the same step, and both exchange the same parts. */
  @Test
  void aBatchWithoutLossHasTheSameParts() {
    ModelSpec spec = Specs.named("t5");
    Batch batch = Examples.batch(spec, new Random(1), 3);
    Batch silent = Examples.batch(spec, new Random(1), 3);
    Arrays.fill(silent.lossWeights(), 0);
    try (TorchReplica replica = replica(spec, Numerics.PLAIN, Execution.CPU)) {
      List<VectorPart> parts = backward(replica, List.of(batch)).stream().map(Told::part).toList();
      for (List<Batch> step : List.of(List.of(silent), List.of(batch, silent))) {
        assertThat(backward(replica, step)).extracting(Told::part).isEqualTo(parts);
      }
    }
  }

  private static List<Told> backward(TorchReplica replica, List<Batch> batches) {
    List<Told> parts = new ArrayList<>();
    replica.zeroGradients();
    replica.backward(
        batches,
        number -> new DropoutKey(1, 2, 3, number),
        part -> parts.add(new Told(part, replica.gradients().toArray())));
    return parts;
  }

  private static TorchReplica replica(ModelSpec spec, Numerics numerics, Execution execution) {
    OptimizerSpec sgd = new OptimizerSpec.Sgd();
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, sgd, 7, numerics);
    return new TorchReplica(Natives.loaded(), spec, options, execution);
  }
}
