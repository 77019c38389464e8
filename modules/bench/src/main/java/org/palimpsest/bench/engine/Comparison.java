package org.palimpsest.bench.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;

/**
 * Compares the training steps of several candidates. Their steps alternate with each other and with
 * the machine's best matrix product, because the speed of a shared machine changes over minutes.
 * With one thread, time is CPU time of the process, which other processes do not change; with more
 * threads, it is wall time.
 */
final class Comparison {
  private final Setting setting;
  private final int seconds;
  private final int threads;
  private final LongSupplier clock;
  private final MatrixPeak peak;

  private Comparison(Setting setting, int seconds, int threads) {
    this.setting = setting;
    this.seconds = seconds;
    this.threads = threads;
    clock = threads == 1 ? Comparison::processorTime : System::nanoTime;
    peak = new MatrixPeak(threads);
  }

  /**
   * Runs one comparison for each named setting.
   *
   * @param arguments seconds for each setting, threads, settings by name (default: all)
   */
  static void each(String[] arguments, Consumer<Comparison> comparison) {
    List<String> names = Arrays.asList(arguments).subList(2, arguments.length);
    System.out.printf(
        Locale.ROOT,
        "%-12s %-6s %10s %12s %10s %8s %6s%n",
        "setting",
        "engine",
        "ms/step",
        "tokens/s",
        "GFLOP/s",
        "of peak",
        "steps");
    for (Setting setting : Setting.all()) {
      if (names.isEmpty() || names.contains(setting.name())) {
        comparison.accept(
            new Comparison(
                setting, Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])));
      }
    }
  }

  /** CPU time of the process in nanoseconds. */
  private static long processorTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  Setting setting() {
    return setting;
  }

  int threads() {
    return threads;
  }

  MatrixPeak peak() {
    return peak;
  }

  /**
   * Runs the steps of the candidates in turns until the time is over.
   *
   * @param warmUps unmeasured first steps of each candidate
   */
  void run(int warmUps, List<Candidate> all) {
    for (int i = 0; i < warmUps; i++) {
      all.forEach(each -> each.step.run());
    }
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    do {
      torch.set_num_threads(threads);
      openblas_nolapack.blas_set_num_threads(threads);
      peak.measure(all.stream().map(each -> each.peak).collect(Collectors.toSet()));
      all.forEach(each -> each.measure(clock));
    } while (System.nanoTime() < end);
    all.forEach(each -> each.print(setting, each.peak.of(peak)));
  }

  /** Prints a conclusion below the rows. */
  void conclude(String sentence) {
    System.out.printf(Locale.ROOT, "%-12s %s%n", setting.name(), sentence);
  }

  /** Runs one training step. */
  static void step(Replica replica, Batch batch) {
    replica.zeroGradients();
    LossSum sum = replica.backward(batch, new DropoutKey(1, replica.updates(), 0, 0));
    replica.scaleGradients(1 / sum.weight());
    replica.scaleGradients(Math.min(1, 1 / replica.gradientNorm()));
    replica.update(1e-4);
  }

  /** The peak with which a candidate is compared. */
  enum Peak {
    FP32,
    BF16;

    private double of(MatrixPeak peak) {
      return this == FP32 ? peak.fp32() : peak.bf16();
    }
  }

  /** An implementation to compare. */
  static final class Candidate {
    private final String name;
    private final Peak peak;
    private final Runnable step;
    private final List<Double> times = new ArrayList<>();

    Candidate(String name, Peak peak, Runnable step) {
      this.name = name;
      this.peak = peak;
      this.step = step;
    }

    private void measure(LongSupplier clock) {
      long begin = clock.getAsLong();
      step.run();
      times.add((clock.getAsLong() - begin) / 1e9);
    }

    /** Seconds per step. */
    double median() {
      return times.stream().sorted().toList().get(times.size() / 2);
    }

    private void print(Setting setting, double peakRate) {
      double rate = setting.operations() / median() / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%-12s %-6s %10.1f %12.0f %10.1f %7.0f%% %6d%n",
          setting.name(),
          name,
          1e3 * median(),
          setting.tokens() / median(),
          rate,
          100 * rate / peakRate,
          times.size());
    }
  }
}
