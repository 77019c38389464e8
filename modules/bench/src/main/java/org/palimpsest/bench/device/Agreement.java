package org.palimpsest.bench.device;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.bench.engine.Setting;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * Loss and gradients of a small model on a device, in a precision, beside those of the CPU in fp32.
 *
 * @param distance Euclidean norm of the difference of gradients relative to the CPU's gradient, for
 *     the worst matrix
 * @param tolerance largest distance, and largest relative difference of losses, that agrees
 */
record Agreement(
    String model,
    Precision precision,
    double cpuLoss,
    double loss,
    double distance,
    double tolerance) {
  private static final DropoutKey KEY = new DropoutKey(1, 1, 0, 0);

  /** Both architectures in each precision that the device has. */
  static List<Agreement> all(Device device) {
    List<Agreement> all = new ArrayList<>();
    for (ModelPreset preset : List.of(ModelPreset.SMALL, ModelPreset.T5_MINI)) {
      all.add(of(device, preset, Precision.FP32, 1e-3));
      if (Replicas.supports(device, Precision.BF16)) {
        all.add(of(device, preset, Precision.BF16, 0.1));
      }
    }
    return all;
  }

  private static Agreement of(
      Device device, ModelPreset preset, Precision precision, double tolerance) {
    Setting setting = Setting.of(preset, 1000, 6, 60, 70);
    Batch batch = setting.batch();
    float[][] gradients = new float[2][];
    double[] losses = new double[2];
    for (int i = 0; i < 2; i++) {
      try (Replica replica =
          i == 0
              ? Replicas.on(Device.CPU, setting.spec(), Precision.FP32)
              : Replicas.on(device, setting.spec(), precision)) {
        losses[i] = replica.backward(batch, KEY).mean();
        gradients[i] = replica.gradients().toArray();
      }
    }
    double distance = distance(setting.spec(), gradients);
    return new Agreement(preset.presetName(), precision, losses[0], losses[1], distance, tolerance);
  }

  private static double distance(ModelSpec spec, float[][] gradients) {
    double worst = 0;
    for (TensorSpec tensor : ParameterLayout.of(spec).tensors()) {
      double difference = 0;
      double expected = 0;
      for (int i = (int) tensor.offset(); i < tensor.end(); i++) {
        double delta = gradients[1][i] - gradients[0][i];
        difference += delta * delta;
        expected += (double) gradients[0][i] * gradients[0][i];
      }
      worst = tensor.isVector() ? worst : Math.max(worst, Math.sqrt(difference / expected));
    }
    return worst;
  }

  /** Whether the device computes what the CPU computes, up to rounding. */
  boolean holds() {
    return distance < tolerance && Math.abs(loss / cpuLoss - 1) < tolerance;
  }
}
