package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Device;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.OptimizerSpec;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.model.TensorSpec;

class OptimizerTest {
  private static final ModelSpec SPEC = new ModelSpec(11, 8, 12, 2, 1, 1, 16, 0, 0, 1, 2, 2);
  private static final ParameterLayout LAYOUT = ParameterLayout.of(SPEC);
  private static final OptimizerSpec.AdamW ADAM = new OptimizerSpec.AdamW(0.9, 0.999, 1e-6, 0.1);

  @Test
  void adamWComputesWhatThePaperSays() {
    NativeScope.run(
        () -> {
          long n = LAYOUT.size();
          Tensor parameters = torch.ones(n);
          Tensor gradients = torch.ones(n).mul_(new Scalar(0.5));
          Tensor state = torch.zeros(2 * n);
          Optimizer adam = Optimizer.of(ADAM, LAYOUT, parameters, gradients, state);
          adam.step(1, 0.01);
          // m = 0.05, v = 0.00025; corrected 0.5 and 0.25; the step is 0.01·0.5/(0.5 + 1e-6)
          double spared = 1 - 0.01 * 0.5 / (0.5 + 1e-6);
          double decayed = spared - 0.01 * 0.1;
          for (TensorSpec tensor : LAYOUT.tensors()) {
            float[] values =
                new TorchVector(parameters.narrow(0, tensor.offset(), tensor.size()), Device.CPU)
                    .toArray();
            float expected = (float) (tensor.isVector() ? spared : decayed);
            assertThat(values)
                .as(tensor.name())
                .usingComparatorWithPrecision(1e-6f)
                .containsOnly(expected);
          }
          float[] moments = new TorchVector(state, Device.CPU).toArray();
          assertThat(moments[0]).as("first moment").isCloseTo(0.05f, within(1e-7f));
          assertThat(moments[(int) n]).as("second moment").isCloseTo(0.00025f, within(1e-8f));
          adam.step(2, 0.01);
          moments = new TorchVector(state, Device.CPU).toArray();
          assertThat(moments[0]).as("first moment").isCloseTo(0.095f, within(1e-7f));
          assertThat(moments[(int) n]).as("second moment").isCloseTo(0.00049975f, within(1e-8f));
        });
  }

  @Test
  void adamWAgreesWithLibTorchsOwn() {
    NativeScope.run(
        () -> {
          torch.manual_seed(5);
          Tensor parameters = torch.randn(LAYOUT.size());
          Tensor gradients = torch.zeros(LAYOUT.size());
          Tensor state = torch.zeros(2 * LAYOUT.size());
          Optimizer adam = Optimizer.of(ADAM, LAYOUT, parameters, gradients, state);
          String[] names = {"model.shared.weight", "model.encoder.layers.0.fc1.bias"};
          for (String name : names) {
            Tensor leaf = new Weights(LAYOUT, parameters).of(name).clone().set_requires_grad(true);
            org.bytedeco.pytorch.AdamW theirs = theirs(leaf, LAYOUT.tensor(name).isVector());
            leaf.mutable_grad().put(new Weights(LAYOUT, gradients).of(name));
            for (int step = 1; step <= 5; step++) {
              gradients.normal_();
              theirs.step();
              adam.step(step, 0.01);
            }
            Tensor ours = new Weights(LAYOUT, parameters).of(name);
            assertThat(ours.sub(leaf.detach()).abs().max().item_double())
                .as("distance of %s", name)
                .isLessThan(1e-6);
            state.zero_();
          }
        });
  }

  private static org.bytedeco.pytorch.AdamW theirs(Tensor leaf, boolean vector) {
    AdamWOptions options = new AdamWOptions(0.01);
    options.eps().put(ADAM.epsilon());
    options.weight_decay().put(vector ? 0 : ADAM.weightDecay());
    return new org.bytedeco.pytorch.AdamW(new TensorVector(leaf), options);
  }

  @Test
  void sgdSubtracts() {
    NativeScope.run(
        () -> {
          Tensor parameters = torch.ones(LAYOUT.size());
          Tensor gradients = torch.ones(LAYOUT.size());
          Tensor state = torch.zeros(0);
          OptimizerSpec spec = new OptimizerSpec.Sgd();
          Optimizer.of(spec, LAYOUT, parameters, gradients, state).step(1, 0.25);
          assertThat(parameters.max().item_float()).as("largest parameter").isEqualTo(0.75f);
          assertThat(parameters.min().item_float()).as("smallest parameter").isEqualTo(0.75f);
        });
  }
}
