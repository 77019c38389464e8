package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Batch;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.NoiseKey;
import org.palimpsest.model.OptimizerSpec;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;

class TorchReplicaTest {
  private static final ModelSpec SPEC = new ModelSpec(50, 16, 32, 2, 2, 2, 32, 0.1, 0, 1, 2, 2);

  @Test
  void aToyBatchIsLearntByHeart() {
    try (Replica replica =
        Engine.named("torch")
            .createReplica(
                SPEC,
                new ReplicaOptions(
                    Device.CPU, 1, new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01), 7))) {
      Batch batch = Examples.batch(SPEC, new Random(3), 4);
      LossSum first = replica.loss(batch);
      assertThat(first.mean()).as("initial loss").isBetween(Math.log(50) - 0.1, Math.log(50) + 1.2);
      for (int step = 0; step < 150; step++) {
        replica.zeroGradients();
        LossSum sum = replica.backward(batch, new NoiseKey(1, step, 0, 0));
        replica.scaleGradients(1 / sum.weight());
        replica.update(5e-3);
      }
      assertThat(replica.loss(batch).mean()).as("loss after 150 steps").isLessThan(0.1);
    }
  }
}
