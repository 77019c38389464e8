package org.palimpsest.torch.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.torch.optimizer.PlainOptimizers.LAYOUT;
import static org.palimpsest.torch.optimizer.PlainOptimizers.RATE;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Weights;

class MuonTest {
  private static final OptimizerSpec.AdamW ADAM = new OptimizerSpec.AdamW(0.9, 0.999, 1e-6, 0.1);

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void muonOrthogonalizesTheMatricesInsideLayers(int iterations) {
    OptimizerSpec.Muon spec = new OptimizerSpec.Muon(0.95, 0.2, iterations, ADAM);
    List<TensorSpec> matrices = OptimizerSpec.Muon.matrices(LAYOUT);
    PlainOptimizers.agree(
        spec,
        (tensor, theta, gradients) -> {
          if (matrices.contains(tensor)) {
            PlainMuon.train(spec, tensor, theta, gradients, RATE);
          } else {
            PlainOptimizers.adamW(spec.rest(), tensor, theta, gradients);
          }
        });
  }

  @Test
  void aStepOfMuonHasSingularValuesNearOne() {
    OptimizerSpec.Muon spec = new OptimizerSpec.Muon(0.95, 0.2, 5, ADAM);
    NativeScope.run(
        () -> {
          torch.manual_seed(3);
          Tensor parameters = torch.zeros(LAYOUT.size());
          Tensor gradients = torch.randn(LAYOUT.size());
          Tensor state = torch.zeros(spec.stateSize(LAYOUT));
          Optimizer.of(spec, LAYOUT, parameters, gradients, state, new Transfers()).step(1, 0.1);
          for (TensorSpec matrix : OptimizerSpec.Muon.matrices(LAYOUT)) {
            Tensor step = new Weights(LAYOUT, parameters).of(matrix.name());
            Tensor values = torch.linalg_svdvals(step).div_(new Scalar(0.1 * spec.scale(matrix)));
            assertThat(values.max().item_double()).as(matrix.name()).isBetween(0.9, 1.25);
            assertThat(values.mean().item_double()).as(matrix.name()).isBetween(0.7, 1.1);
          }
        });
  }

  @Test
  void muonWithoutGradientChangesNothing() {
    OptimizerSpec.AdamW rest = new OptimizerSpec.AdamW(0.9, 0.999, 1e-6, 0);
    OptimizerSpec.Muon spec = new OptimizerSpec.Muon(0.95, 0.2, 5, rest);
    NativeScope.run(
        () -> {
          Tensor parameters = torch.ones(LAYOUT.size());
          Tensor gradients = torch.zeros(LAYOUT.size());
          Tensor state = torch.zeros(spec.stateSize(LAYOUT));
          Optimizer.of(spec, LAYOUT, parameters, gradients, state, new Transfers()).step(1, 0.1);
          assertThat(parameters.min().item_float()).as("smallest parameter").isEqualTo(1f);
          assertThat(parameters.max().item_float()).as("largest parameter").isEqualTo(1f);
        });
  }
}
