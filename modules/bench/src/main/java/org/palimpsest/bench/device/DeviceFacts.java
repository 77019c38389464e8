package org.palimpsest.bench.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SizeTPair;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Device;
import org.palimpsest.model.Precision;

/** Memory and peak speed of a device. */
@SuppressWarnings("try") // the body uses a pointer scope only by its being open
final class DeviceFacts {
  private static final int TIMES = 5;
  private static final int REPETITIONS = 3;

  private DeviceFacts() {}

  /**
   * Bytes that are not free on a GPU: LibTorch keeps what it has allocated, so after a step this is
   * the peak. On a CPU, the peak of the process; 0 where the system does not tell.
   */
  static long memoryInUse(Device device) {
    if (device.isCuda()) {
      try (PointerScope scope = new PointerScope()) {
        SizeTPair memory = torch.getMemoryInfo((byte) device.index());
        return memory.second() - memory.first();
      }
    }
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0; // not Linux
    }
  }

  /** The best rate of a large matrix product, in 10¹² operations per second. */
  static double peak(Device device, Precision precision) {
    long size = device.isCuda() ? 8192 : 768;
    try (PointerScope scope = new PointerScope()) {
      TensorOptions where = new TensorOptions(new org.bytedeco.pytorch.Device(device.toString()));
      Tensor a = torch.ones(new long[] {size, size}, where).to(type(precision));
      return 2.0 * size * size * size / fastest(() -> a.mm(a)) / 1e12;
    }
  }

  /** LibTorch's type of the numbers that products read. */
  static torch.ScalarType type(Precision precision) {
    return precision == Precision.BF16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float;
  }

  /** Seconds of a call, the least of some measurements of several calls. */
  static double fastest(Supplier<Tensor> call) {
    await(call.get());
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < REPETITIONS; i++) {
      best = Math.min(best, Replicas.seconds(() -> repeat(call)) / TIMES);
    }
    return best;
  }

  private static void repeat(Supplier<Tensor> call) {
    try (PointerScope scope = new PointerScope()) {
      Tensor last = call.get();
      for (int i = 1; i < TIMES; i++) {
        last = call.get();
      }
      await(last);
    }
  }

  /** Waits for the device: one number is read. */
  private static void await(Tensor tensor) {
    tensor.flatten().narrow(0, 0, 1).cpu();
  }
}
