package org.palimpsest.torch.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.palimpsest.torch.optimizer.PlainOptimizers.LAYOUT;
import static org.palimpsest.torch.optimizer.PlainOptimizers.RATE;
import static org.palimpsest.torch.optimizer.PlainOptimizers.agree;
import static org.palimpsest.torch.optimizer.PlainOptimizers.rms;

import java.util.Arrays;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Device;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.TorchVector;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Weights;

class OptimizerTest {
  private static final OptimizerSpec.AdamW ADAM = new OptimizerSpec.AdamW(0.9, 0.999, 1e-6, 0.1);

  @Test
  void adamWFollowsThePaper() {
    NativeScope.run(
        () -> {
          long n = LAYOUT.size();
          Tensor parameters = torch.ones(n);
          Tensor gradients = torch.ones(n).mul_(new Scalar(0.5));
          Tensor state = torch.zeros(2 * n);
          Optimizer adam =
              Optimizer.of(ADAM, LAYOUT, parameters, gradients, state, new Transfers());
          adam.step(1, 0.01);
          // m = 0.05, v = 0.00025; corrected 0.5 and 0.25; the step is 0.01·0.5/(0.5 + 1e-6)
          double spared = 1 - 0.01 * 0.5 / (0.5 + 1e-6);
          double decayed = spared - 0.01 * 0.1;
          for (TensorSpec tensor : LAYOUT.tensors()) {
            float[] values =
                new TorchVector(
                        parameters.narrow(0, tensor.offset(), tensor.size()),
                        Device.CPU,
                        new Transfers())
                    .toArray();
            float expected = (float) (tensor.isVector() ? spared : decayed);
            assertThat(values)
                .as(tensor.name())
                .usingComparatorWithPrecision(1e-6f)
                .containsOnly(expected);
          }
          float[] moments = new TorchVector(state, Device.CPU, new Transfers()).toArray();
          assertThat(moments[0]).as("first moment").isCloseTo(0.05f, within(1e-7f));
          assertThat(moments[(int) n]).as("second moment").isCloseTo(0.00025f, within(1e-8f));
          adam.step(2, 0.01);
          moments = new TorchVector(state, Device.CPU, new Transfers()).toArray();
          assertThat(moments[0]).as("first moment").isCloseTo(0.095f, within(1e-7f));
          assertThat(moments[(int) n]).as("second moment").isCloseTo(0.00049975f, within(1e-8f));
        });
  }

  @Test
  void adamWAgreesWithLibTorch() {
    NativeScope.run(
        () -> {
          torch.manual_seed(5);
          Tensor parameters = torch.randn(LAYOUT.size());
          Tensor gradients = torch.zeros(LAYOUT.size());
          Tensor state = torch.zeros(2 * LAYOUT.size());
          Optimizer adam =
              Optimizer.of(ADAM, LAYOUT, parameters, gradients, state, new Transfers());
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
  void rmsAdamWScalesWithTheSizeOfEachTensor() {
    OptimizerSpec.RmsAdamW spec = new OptimizerSpec.RmsAdamW(0.9, 0.98, 1e-6, 0.1, 1e-3);
    agree(
        spec,
        (tensor, theta, gradients) -> {
          double[] first = new double[theta.length];
          double[] second = new double[theta.length];
          for (int t = 1; t <= gradients.length; t++) {
            double scale = Math.max(spec.scaleFloor(), rms(theta));
            double decay = tensor.isVector() ? 0 : spec.weightDecay();
            for (int i = 0; i < theta.length; i++) {
              double g = gradients[t - 1][i];
              first[i] = spec.beta1() * first[i] + (1 - spec.beta1()) * g;
              second[i] = spec.beta2() * second[i] + (1 - spec.beta2()) * g * g;
              double m = first[i] / (1 - Math.pow(spec.beta1(), t));
              double v = second[i] / (1 - Math.pow(spec.beta2(), t));
              double step = scale * m / (Math.sqrt(v) + spec.epsilon());
              theta[i] = theta[i] * (1 - RATE * decay) - RATE * step;
            }
          }
        });
  }

  @Test
  void adafactorFactorsMatricesAndScalesByParameterSize() {
    OptimizerSpec.Adafactor spec = new OptimizerSpec.Adafactor(0.8, 1e-30, 1e-3, 1.0, 0.01);
    agree(
        spec,
        (tensor, theta, gradients) -> {
          int columns = tensor.isVector() ? 1 : (int) tensor.shape()[1];
          double[] whole = new double[theta.length];
          double[] byRow = new double[theta.length / columns];
          double[] byColumn = new double[columns];
          for (int t = 1; t <= gradients.length; t++) {
            double beta = 1 - Math.pow(t, -spec.decayExponent());
            Arrays.setAll(byRow, r -> beta * byRow[r]);
            Arrays.setAll(byColumn, c -> beta * byColumn[c]);
            for (int i = 0; i < theta.length; i++) {
              double square = gradients[t - 1][i] * gradients[t - 1][i] + spec.epsilon();
              whole[i] = beta * whole[i] + (1 - beta) * square;
              byRow[i / columns] += (1 - beta) * square / columns;
              byColumn[i % columns] += (1 - beta) * square / byRow.length;
            }
            double mean = Arrays.stream(byRow).average().orElseThrow();
            double[] update = new double[theta.length];
            for (int i = 0; i < theta.length; i++) {
              double v =
                  tensor.isVector() ? whole[i] : byRow[i / columns] * byColumn[i % columns] / mean;
              update[i] = gradients[t - 1][i] / Math.sqrt(v);
            }
            double clip = Math.max(1, rms(update) / spec.clipThreshold());
            double scale = Math.max(spec.scaleFloor(), rms(theta));
            double decay = tensor.isVector() ? 0 : spec.weightDecay();
            for (int i = 0; i < theta.length; i++) {
              theta[i] = theta[i] * (1 - RATE * decay) - RATE * scale * update[i] / clip;
            }
          }
        });
  }

  @Test
  void adafactorsFirstStepMatchesHandComputation() {
    ModelSpec spec = new ModelSpec(2, 2, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1);
    ParameterLayout layout = ParameterLayout.of(spec);
    OptimizerSpec.Adafactor rules = new OptimizerSpec.Adafactor(0.8, 1e-30, 1e-3, 1.0, 0);
    NativeScope.run(
        () -> {
          Tensor parameters = torch.ones(layout.size());
          Tensor gradients = torch.zeros(layout.size());
          Tensor state = torch.zeros(rules.stateSize(layout));
          new TorchVector(gradients, Device.CPU, new Transfers())
              .write(0, new float[] {1, 2, 3, 4}, 0, 4);
          Optimizer.of(rules, layout, parameters, gradients, state, new Transfers()).step(1, 0.1);
          // β = 0; R = (2.5, 12.5), C = (5, 10), mean R = 7.5: V = (5/3, 10/3, 25/3, 50/3)
          // U = (0.7746, 1.0954, 1.0392, 0.9798); RMS(U) = 0.97980 < 1; RMS(θ) = 1
          float[] values = new float[4];
          new TorchVector(parameters, Device.CPU, new Transfers()).read(0, values, 0, 4);
          assertThat(values)
              .as("parameters")
              .usingComparatorWithPrecision(1e-5f)
              .containsExactly(0.92254f, 0.89046f, 0.89608f, 0.90202f);
        });
  }

  @Test
  void sgdSubtractsTheScaledGradient() {
    NativeScope.run(
        () -> {
          Tensor parameters = torch.ones(LAYOUT.size());
          Tensor gradients = torch.ones(LAYOUT.size());
          Tensor state = torch.zeros(0);
          OptimizerSpec spec = new OptimizerSpec.Sgd();
          Optimizer.of(spec, LAYOUT, parameters, gradients, state, new Transfers()).step(1, 0.25);
          assertThat(parameters.max().item_float()).as("largest parameter").isEqualTo(0.75f);
          assertThat(parameters.min().item_float()).as("smallest parameter").isEqualTo(0.75f);
        });
  }
}
