package org.palimpsest.bench.device;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Services;
import org.palimpsest.bench.engine.Setting;
import org.palimpsest.model.Device;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;

/**
 * Checks that a device computes what the CPU computes, and measures training steps, memory,
 * products, and a round of two ranks on it. Prints tables, and writes one JSON object.
 *
 * <p>Arguments: {@code --device cpu|cuda[:N]}, {@code --size small|full}, {@code --libtorch NAME},
 * {@code --json FILE}, {@code --peer FILE}. Exit code 1 if results differ, 2 for wrong arguments or
 * a device that is not here.
 */
public final class DeviceCheck {
  private DeviceCheck() {}

  /** Runs the check. */
  public static void main(String[] args) throws IOException, InterruptedException {
    try {
      System.exit(run(CheckOptions.parse(args)) ? 0 : 1);
    } catch (PalimpsestException e) {
      System.err.println("gpu-check: " + e.getMessage());
      System.exit(2);
    }
  }

  private static boolean run(CheckOptions options) throws IOException, InterruptedException {
    Device device = options.device();
    Report report = new Report();
    report.put("device", device.toString());
    report.put("libtorch", options.libtorch());
    report.put("processors", Runtime.getRuntime().availableProcessors());
    List<Agreement> agreements = Agreement.all(device);
    boolean agrees = agreements.stream().allMatch(Agreement::holds);
    report.put("agrees", agrees);
    report.table("agreement", agreements);
    Precision fastest = Replicas.fastest(device);
    double peak = DeviceFacts.peak(device, fastest);
    report.put("peak of products in TFLOP/s", peak);
    report.write(options.json());
    report.table("speed", Speed.all(device, options.size(), peak));
    report.write(options.json());
    List<Setting> settings = Speed.settings(options.size());
    List<ProductTime> products = new ArrayList<>();
    for (Setting setting : settings) {
      products.addAll(ProductTime.of(device, setting, fastest));
    }
    report.table("products", products);
    report.table("gloo", List.of(Round.gloo(device, settings.get(0))));
    if (device.isCuda()) {
      nccl(report, settings.get(0));
    }
    report.peer(options.peer());
    report.write(options.json());
    if (device.isCuda()) {
      kernels(report, device, settings);
      report.write(options.json());
    }
    report.print(System.out);
    return agrees;
  }

  /** Without NCCL, the reason is the result. */
  private static void nccl(Report report, Setting setting) throws InterruptedException {
    try {
      report.table("nccl", List.of(Round.nccl(setting)));
    } catch (PalimpsestException e) {
      report.put("nccl", e.getMessage());
    }
  }

  /**
   * The kernels of a step of each setting, last: what observes them may end the process, and the
   * other results are written by then.
   */
  private static void kernels(Report report, Device device, List<Setting> settings) {
    for (Kernels observer : Services.all(Kernels.class)) {
      for (Setting setting : settings) {
        String name = "kernels of " + setting.name();
        Batch batch = setting.batch();
        try (Replica replica =
            Replicas.on(device, setting.spec().withDropout(0.1), Replicas.fastest(device))) {
          Replicas.step(replica, batch);
          report.table(name, observer.during(() -> Replicas.step(replica, batch)));
        } catch (PalimpsestException e) {
          report.put(name, e.getMessage());
        }
      }
    }
  }
}
