package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.ReplicaContract;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.ModelSpec;

@Tag("slow")
class Dl4jReplicaTest extends ReplicaContract {
  private static final ModelSpec SPEC = Specs.named("bart");
  private static final OptimizerSpec ADAM = new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01);

  Dl4jReplicaTest() {
    super(new Dl4jEngine());
  }

  @Test
  void autoSelectsTheFasterEngine() {
    assertThat(Engine.named("auto").name()).as("engine").isEqualTo("torch");
  }

  @Test
  void refusesABatchWithArraysOfTheWrongSize() {
    Batch batch = Examples.even(SPEC, new Random(11), 1, 3, 4);
    Batch wrong =
        new Batch(
            1,
            new Batch.EncoderSide(4, batch.source(), batch.sourceLengths()),
            batch.decoder().withPositions(null),
            3);
    try (Replica replica =
        new Dl4jEngine().createReplica(SPEC, new ReplicaOptions(Device.CPU, 1, ADAM, 7))) {
      assertThatThrownBy(() -> replica.loss(wrong))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "The batch's source has 3 elements, but its rows and lengths make 4: give all"
                  + " arrays of a batch the same rows and lengths.");
    }
  }

  @Test
  void refusesUnsupportedOptions() {
    Engine engine = new Dl4jEngine();
    ReplicaOptions gpu = new ReplicaOptions(Device.parse("cuda"), 1, ADAM, 7);
    assertThatThrownBy(() -> engine.createReplica(SPEC, gpu))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The engine dl4j computes on the CPU only: set training.device = cpu, or engine ="
                + " torch.");
    Numerics half = new Numerics(Precision.BF16, 0, 0, Numerics.Activations.KEPT);
    assertThatThrownBy(
            () -> engine.createReplica(SPEC, new ReplicaOptions(Device.CPU, 1, ADAM, 7, half)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The engine dl4j computes in fp32 only: set training.precision = fp32, or engine ="
                + " torch.");
    Numerics again = new Numerics(Precision.FP32, 0, 0, Numerics.Activations.RECOMPUTED);
    assertThatThrownBy(
            () -> engine.createReplica(SPEC, new ReplicaOptions(Device.CPU, 1, ADAM, 7, again)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The engine dl4j keeps all activations: set training.activation-checkpointing = false,"
                + " or engine = torch.");
  }

  @Test
  void refusesInnerDropoutInTraining() {
    ModelSpec spec = SPEC.with(new DropoutRates(0.1, 0.1, 0));
    Batch batch = Examples.batch(spec, new Random(11), 2);
    try (Replica replica =
        new Dl4jEngine().createReplica(spec, new ReplicaOptions(Device.CPU, 1, ADAM, 7))) {
      assertThat(replica.loss(batch).mean()).as("loss of the untrained").isBetween(3.0, 6.0);
      assertThatThrownBy(() -> replica.backward(batch, new DropoutKey(1, 2, 3, 4)))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "The engine dl4j has no dropout inside attention and feed-forward: set"
                  + " model.attention-dropout = 0 and model.activation-dropout = 0, or engine ="
                  + " torch.");
    }
  }
}
