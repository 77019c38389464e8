package org.palimpsest.bench.engine;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The machine's peak speed: the median over time of the best rate of three matrix products. */
final class MatrixPeak {
  private static final long[][] SHAPES = {{1024, 1024, 1024}, {2048, 512, 2048}, {1024, 2048, 512}};

  private final LongSupplier clock;
  private final List<Double> fp32 = new ArrayList<>();
  private final List<Double> bf16 = new ArrayList<>();

  /**
   * Measures with a number of threads. With one thread it uses the thread's CPU time, in
   * nanoseconds: that of the process has a resolution of 10 ms, and a product takes 20 ms.
   */
  MatrixPeak(int threads) {
    clock =
        threads == 1
            ? () -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
            : System::nanoTime;
  }

  /** Measures the peaks in some precisions once. */
  void measure(Set<Comparison.Peak> kinds) {
    if (kinds.contains(Comparison.Peak.FP32)) {
      fp32.add(best(torch.ScalarType.Float));
    }
    if (kinds.contains(Comparison.Peak.BF16)) {
      bf16.add(best(torch.ScalarType.BFloat16));
    }
  }

  @SuppressWarnings("try")
  private double best(torch.ScalarType type) {
    double best = 0;
    try (PointerScope scope = new PointerScope()) {
      for (long[] shape : SHAPES) {
        Tensor a = torch.randn(shape[0], shape[1]).to(type);
        Tensor b = torch.randn(shape[2], shape[1]).to(type).t();
        Tensor product = torch.empty(shape[0], shape[2]).to(type);
        double operations = 2.0 * shape[0] * shape[1] * shape[2];
        torch.mm_out(product, a, b);
        for (int i = 0; i < 5; i++) {
          long begin = clock.getAsLong();
          torch.mm_out(product, a, b);
          best = Math.max(best, operations / (clock.getAsLong() - begin));
        }
      }
    }
    return best;
  }

  /** The peak in fp32, in 10⁹ operations per second. */
  double fp32() {
    return median(fp32);
  }

  /** The peak in bf16, in 10⁹ operations per second. */
  double bf16() {
    return median(bf16);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
