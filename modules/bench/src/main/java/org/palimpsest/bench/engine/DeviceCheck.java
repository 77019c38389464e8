package org.palimpsest.bench.engine;

import java.util.List;
import java.util.Locale;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * Checks that a device computes what the CPU computes, by losses and gradients of small models,
 * then measures the settings of {@link EngineBenchmark} on the device. Exit code 1 if results
 * differ.
 *
 * <p>Arguments: the device ({@code cuda}, {@code cuda:1}), then settings by name (default: none).
 */
public final class DeviceCheck {
  private static final DropoutKey KEY = new DropoutKey(1, 1, 0, 0);
  private static final int STEPS = 10;

  private DeviceCheck() {}

  /** Runs the check. */
  public static void main(String[] args) {
    Device device = Device.parse(args[0]);
    boolean agrees = true;
    for (ModelPreset preset : List.of(ModelPreset.SMALL, ModelPreset.T5_MINI)) {
      agrees &= agrees(device, preset, Precision.FP32, 1e-3);
      agrees &= agrees(device, preset, Precision.BF16, 0.1);
    }
    for (Setting setting : Setting.all()) {
      if (List.of(args).indexOf(setting.name()) > 0) {
        speed(device, setting);
      }
    }
    System.exit(agrees ? 0 : 1);
  }

  private static boolean agrees(
      Device device, ModelPreset preset, Precision precision, double tolerance) {
    Setting setting = Setting.of(preset, 1000, 6, 60, 70);
    Batch batch = setting.batch();
    float[][] gradients = new float[2][];
    double[] losses = new double[2];
    Device[] devices = {Device.CPU, device};
    for (int i = 0; i < 2; i++) {
      Precision each = devices[i].isCuda() ? precision : Precision.FP32;
      try (Replica replica = replica(setting.spec(), devices[i], each)) {
        losses[i] = replica.backward(batch, KEY).mean();
        gradients[i] = replica.gradients().toArray();
      }
    }
    double distance = distance(setting.spec(), gradients);
    boolean agrees = distance < tolerance && Math.abs(losses[1] / losses[0] - 1) < tolerance;
    System.out.printf(
        Locale.ROOT,
        "%-8s %-5s loss %.5f on the CPU, %.5f on %s; gradients differ by %.1e: %s%n",
        preset.presetName(),
        precision,
        losses[0],
        losses[1],
        device,
        distance,
        agrees ? "ok" : "FAILED, must be below " + tolerance);
    return agrees;
  }

  /**
   * Euclidean norm of the difference relative to that of the CPU's gradient, for the worst matrix.
   */
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

  private static Replica replica(ModelSpec spec, Device device, Precision precision) {
    OptimizerSpec adam = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01);
    Numerics numerics = new Numerics(precision, 0, 0, Numerics.Activations.KEPT);
    int threads = Runtime.getRuntime().availableProcessors();
    return Engine.named("torch")
        .createReplica(spec, new ReplicaOptions(device, threads, adam, 1, numerics));
  }

  private static void speed(Device device, Setting setting) {
    Batch batch = setting.batch();
    try (Replica replica = replica(setting.spec(), device, Precision.BF16)) {
      Comparison.step(replica, batch);
      long begin = System.nanoTime();
      for (int i = 0; i < STEPS; i++) {
        Comparison.step(replica, batch); // computing the gradient norm waits for the device
      }
      double seconds = (System.nanoTime() - begin) / 1e9 / STEPS;
      System.out.printf(
          Locale.ROOT,
          "%-12s bf16 on %s: %.1f ms per step, %.0f tokens/s, %.1f TFLOP/s%n",
          setting.name(),
          device,
          1e3 * seconds,
          setting.tokens() / seconds,
          setting.operations() / seconds / 1e12);
    }
  }
}
