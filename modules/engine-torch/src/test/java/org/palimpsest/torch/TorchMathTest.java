package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.palimpsest.model.Device;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.VectorMath;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.contract.VectorMathContract;
import org.palimpsest.model.optimizer.MomentumStep;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.torch.memory.TorchVector;
import org.palimpsest.torch.memory.Transfers;

/** The arithmetic of a replica's vectors, on the CPU. */
class TorchMathTest extends VectorMathContract {
  TorchMathTest() {
    super(new TorchMath(Device.CPU, new Transfers()));
  }

  private static TorchReplica replica() {
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 7);
    return new TorchReplica(Natives.loaded(), Specs.named("bart"), options);
  }

  @Test
  void aStepReadsAndUploadsNothingAndTellsTheReplica() {
    try (TorchReplica replica = replica()) {
      TorchVector parameters = (TorchVector) replica.parameters();
      VectorMath math = parameters.math().orElseThrow();
      try (OwnedVector anchor = math.zeros(parameters.size());
          OwnedVector velocity = math.zeros(parameters.size())) {
        long reads = replica.transfers().reads();
        long uploads = replica.transfers().uploads();
        long changes = parameters.changes();
        math.set(anchor, parameters);
        assertThat(parameters.changes()).as("changes by a read").isEqualTo(changes);
        math.step(
            new MomentumStep(0.7, 0.9, MomentumStep.Form.NESTEROV), parameters, anchor, velocity);
        assertThat(parameters.changes()).as("changes by a step").isGreaterThan(changes);
        assertThat(replica.transfers().reads()).as("reads").isEqualTo(reads);
        assertThat(replica.transfers().uploads()).as("uploads").isEqualTo(uploads);
        assertThat(anchor.math()).contains(math);
      }
    }
  }

  @Test
  void refusesVectorsOfOtherMemory() {
    VectorMath math = new TorchMath(Device.CPU, new Transfers());
    try (OwnedVector vector = math.zeros(3)) {
      assertThatThrownBy(() -> math.add(vector, new HeapVector(3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("A vector of 3 numbers is not in the memory of cpu.");
    }
  }
}
