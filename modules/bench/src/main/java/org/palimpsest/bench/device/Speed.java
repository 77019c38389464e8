package org.palimpsest.bench.device;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.bench.engine.Setting;
import org.palimpsest.model.Device;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.ModelPreset;

/**
 * Speed of whole training steps of a setting.
 *
 * @param steps that were measured
 * @param stepsPerSecond at the median time of a step
 * @param teraflops of the matrix products of a step in a second
 * @param shareOfPeak of the fastest product that was measured on the device
 * @param memoryBytes peak of the device's memory, or of the process on a CPU
 */
record Speed(
    String setting,
    double dropout,
    Precision precision,
    int steps,
    double stepsPerSecond,
    double tokensPerSecond,
    double teraflops,
    double shareOfPeak,
    long memoryBytes) {
  private static final int WARM_UPS = 2;
  private static final int MOST_STEPS = 20;
  private static final double SECONDS = 8;

  /** bart-base and t5-small in the batches of a GPU, or small models. */
  static List<Setting> settings(CheckOptions.Size size) {
    return size == CheckOptions.Size.FULL
        ? List.of(
            Setting.of(ModelPreset.BART_BASE, 50_265, 32, 512, 512),
            Setting.of(ModelPreset.T5_SMALL, 32_100, 64, 512, 114))
        : List.of(
            Setting.of(ModelPreset.SMALL, 1000, 4, 32, 32),
            Setting.of(ModelPreset.T5_MINI, 1000, 4, 32, 16));
  }

  /** Every setting without and with dropout, in bf16 if the device has it. */
  static List<Speed> all(Device device, CheckOptions.Size size, double peak) {
    Precision precision = Replicas.fastest(device);
    List<Speed> all = new ArrayList<>();
    for (Setting setting : settings(size)) {
      for (double dropout : new double[] {0, 0.1}) {
        all.add(of(device, setting, dropout, precision, peak));
      }
    }
    return all;
  }

  private static Speed of(
      Device device, Setting setting, double dropout, Precision precision, double peak) {
    Batch batch = setting.batch();
    try (Replica replica = Replicas.on(device, setting.spec().withDropout(dropout), precision)) {
      List<Double> times = new ArrayList<>();
      for (int i = 0; i < WARM_UPS; i++) {
        Replicas.step(replica, batch);
      }
      double total = 0;
      while (times.size() < MOST_STEPS && (times.size() < 3 || total < SECONDS)) {
        double time = Replicas.seconds(() -> Replicas.step(replica, batch));
        times.add(time);
        total += time;
      }
      double median = times.stream().sorted().toList().get(times.size() / 2);
      return new Speed(
          setting.name(),
          dropout,
          precision,
          times.size(),
          1 / median,
          setting.tokens() / median,
          setting.operations() / median / 1e12,
          setting.operations() / median / 1e12 / peak,
          DeviceFacts.memoryInUse(device));
    }
  }
}
