package org.palimpsest.bench.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;

/**
 * Training steps of several contestants in turn, and between them the machine's best matrix
 * product: the speed of a shared machine changes from minute to minute, what stands side by side
 * does not. With one thread time is the process's on the processor, in which busy neighbours do not
 * count; with more it is the clock's.
 */
final class Contest {
  private final Setting setting;
  private final int seconds;
  private final int threads;
  private final LongSupplier clock;
  private final MatrixPeak peak;

  private Contest(Setting setting, int seconds, int threads) {
    this.setting = setting;
    this.seconds = seconds;
    this.threads = threads;
    clock = threads == 1 ? Contest::processorTime : System::nanoTime;
    peak = new MatrixPeak(threads);
  }

  /**
   * Holds one contest for every setting that is named.
   *
   * @param arguments seconds for each setting, threads, settings by name (all if none is named)
   */
  static void each(String[] arguments, Consumer<Contest> contest) {
    List<String> names = Arrays.asList(arguments).subList(2, arguments.length);
    System.out.printf(
        Locale.ROOT,
        "%-12s %-6s %10s %12s %10s %8s %6s%n",
        "setting",
        "what",
        "ms/step",
        "tokens/s",
        "GFLOP/s",
        "of peak",
        "steps");
    for (Setting setting : Setting.all()) {
      if (names.isEmpty() || names.contains(setting.name())) {
        contest.accept(
            new Contest(setting, Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])));
      }
    }
  }

  /** In nanoseconds. */
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
   * Lets them take turns.
   *
   * @param warmUps steps of each that do not count
   */
  void hold(int warmUps, List<Contestant> all) {
    for (int i = 0; i < warmUps; i++) {
      all.forEach(each -> each.step.run());
    }
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    do {
      torch.set_num_threads(threads);
      openblas_nolapack.blas_set_num_threads(threads);
      peak.measure();
      all.forEach(each -> each.measure(clock));
    } while (System.nanoTime() < end);
    all.forEach(each -> each.print(setting, each.peak.of(peak)));
  }

  /** Prints what follows from the rows before. */
  void conclude(String sentence) {
    System.out.printf(Locale.ROOT, "%-12s %s%n", setting.name(), sentence);
  }

  /** One update. */
  static void step(Replica replica, Batch batch) {
    replica.zeroGradients();
    LossSum sum = replica.backward(batch, new DropoutKey(1, replica.updates(), 0, 0));
    replica.scaleGradients(1 / sum.weight());
    replica.scaleGradients(Math.min(1, 1 / replica.gradientNorm()));
    replica.update(1e-4);
  }

  /** The peak that a contestant is held against. */
  enum Peak {
    FP32,
    BF16;

    private double of(MatrixPeak peak) {
      return this == FP32 ? peak.fp32() : peak.bf16();
    }
  }

  /** One of those that take turns. */
  static final class Contestant {
    private final String name;
    private final Peak peak;
    private final Runnable step;
    private final List<Double> times = new ArrayList<>();

    Contestant(String name, Peak peak, Runnable step) {
      this.name = name;
      this.peak = peak;
      this.step = step;
    }

    private void measure(LongSupplier clock) {
      long begin = clock.getAsLong();
      step.run();
      times.add((clock.getAsLong() - begin) / 1e9);
    }

    /** Seconds a step. */
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
