package org.palimpsest.torch.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Device;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.TorchVector;
import org.palimpsest.torch.memory.Transfers;

/** Compares optimizers with plain loops in double precision. */
final class PlainOptimizers {
  static final ParameterLayout LAYOUT =
      ParameterLayout.of(new ModelSpec(11, 8, 12, 2, 1, 1, 16, 0, 0, 1, 2, 2));
  static final double RATE = 0.02;

  private PlainOptimizers() {}

  /** An optimizer of one tensor, in plain loops. */
  interface Plain {
    void run(TensorSpec tensor, double[] theta, double[][] gradients);
  }

  static double rms(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(x -> x * x).average().orElseThrow());
  }

  /** Compares three steps with plain loops in double precision, tensor by tensor. */
  static void agree(OptimizerSpec spec, Plain plain) {
    NativeScope.run(
        () -> {
          int n = Math.toIntExact(LAYOUT.size());
          float[] theta = new float[n];
          float[][] gradients = new float[3][n];
          Random random = new Random(6);
          for (int i = 0; i < n; i++) {
            theta[i] = (float) (0.3 * random.nextGaussian());
          }
          for (TensorSpec tensor : LAYOUT.tensors()) {
            if (tensor.name().endsWith(".bias")) {
              Arrays.fill(theta, (int) tensor.offset(), (int) tensor.end(), 0);
            }
          }
          for (float[] gradient : gradients) {
            for (int i = 0; i < n; i++) {
              gradient[i] = (float) random.nextGaussian();
            }
          }
          Tensor parameters = Tensor.create(theta);
          Tensor slopes = torch.zeros(n);
          Tensor state = torch.zeros(spec.stateSize(LAYOUT));
          Optimizer optimizer =
              Optimizer.of(spec, LAYOUT, parameters, slopes, state, new Transfers());
          for (int t = 1; t <= 3; t++) {
            new TorchVector(slopes, Device.CPU, new Transfers()).write(0, gradients[t - 1], 0, n);
            optimizer.step(t, RATE);
          }
          float[] actual = new TorchVector(parameters, Device.CPU, new Transfers()).toArray();
          for (TensorSpec tensor : LAYOUT.tensors()) {
            double[] expected = part(theta, tensor);
            double[][] parts = new double[3][];
            Arrays.setAll(parts, t -> part(gradients[t], tensor));
            plain.run(tensor, expected, parts);
            assertThat(part(actual, tensor))
                .as(tensor.name())
                .usingComparatorWithPrecision(2e-6)
                .containsExactly(expected);
          }
        });
  }

  private static double[] part(float[] flat, TensorSpec tensor) {
    double[] part = new double[(int) tensor.size()];
    Arrays.setAll(part, i -> flat[(int) tensor.offset() + i]);
    return part;
  }

  /** AdamW of one tensor. */
  static void adamW(
      OptimizerSpec.AdamW spec, TensorSpec tensor, double[] theta, double[][] gradients) {
    double[] first = new double[theta.length];
    double[] second = new double[theta.length];
    double decay = tensor.isVector() ? 0 : spec.weightDecay();
    for (int t = 1; t <= gradients.length; t++) {
      for (int i = 0; i < theta.length; i++) {
        double g = gradients[t - 1][i];
        first[i] = spec.beta1() * first[i] + (1 - spec.beta1()) * g;
        second[i] = spec.beta2() * second[i] + (1 - spec.beta2()) * g * g;
        double m = first[i] / (1 - Math.pow(spec.beta1(), t));
        double v = second[i] / (1 - Math.pow(spec.beta2(), t));
        theta[i] = theta[i] * (1 - RATE * decay) - RATE * m / (Math.sqrt(v) + spec.epsilon());
      }
    }
  }
}
