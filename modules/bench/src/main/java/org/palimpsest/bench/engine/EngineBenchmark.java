package org.palimpsest.bench.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongSupplier;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Batch;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.NoiseKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.OptimizerSpec;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.objective.DenoisingExample;

/**
 * Whole training steps (forward, backward, clipping, AdamW) of our engine in fp32 and bf16 and of
 * the {@link Peer}, in turn, and between them the machine's best matrix product: the speed of a
 * shared machine changes from minute to minute, what stands side by side does not. With one thread
 * time is the process's on the processor, in which busy neighbours do not count; with more it is
 * the clock's.
 *
 * <p>Arguments: seconds for each setting, threads, settings by name (all if none is named).
 */
public final class EngineBenchmark {
  private static final OptimizerSpec ADAM = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01);

  private EngineBenchmark() {}

  /** Runs it. */
  public static void main(String[] args) {
    int seconds = Integer.parseInt(args[0]);
    int threads = Integer.parseInt(args[1]);
    List<String> names = Arrays.asList(args).subList(2, args.length);
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
        measure(setting, seconds, threads);
      }
    }
  }

  private static void measure(Setting setting, int seconds, int threads) {
    LongSupplier clock = threads == 1 ? EngineBenchmark::processorTime : System::nanoTime;
    Batch batch = batch(setting);
    try (Replica fp32 = replica(setting, threads, Precision.FP32);
        Replica bf16 = replica(setting, threads, Precision.BF16);
        Peer peer = new Peer(setting.spec())) {
      List<Contestant> all =
          List.of(
              new Contestant("fp32", () -> step(fp32, batch)),
              new Contestant("bf16", () -> step(bf16, batch)),
              new Contestant("peer", () -> peer.step(batch)));
      MatrixPeak peak = new MatrixPeak(threads);
      all.forEach(Contestant::warmUp);
      long end = System.nanoTime() + seconds * 1_000_000_000L;
      do {
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
        peak.measure();
        all.forEach(each -> each.measure(clock));
      } while (System.nanoTime() < end);
      for (Contestant each : all) {
        each.print(setting, each.name.equals("bf16") ? peak.bf16() : peak.fp32());
      }
      System.out.printf(
          Locale.ROOT,
          "%-12s peak of products: fp32 %.0f, bf16 %.0f GFLOP/s; fp32 beside peer %.2f, bf16"
              + " beside fp32 %.2f%n",
          setting.name(),
          peak.fp32(),
          peak.bf16(),
          all.get(2).median() / all.get(0).median(),
          all.get(0).median() / all.get(1).median());
    }
  }

  /** In nanoseconds. */
  static long processorTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static Replica replica(Setting setting, int threads, Precision precision) {
    Numerics numerics = new Numerics(precision, 0, 0, Numerics.Activations.KEPT);
    return Engine.named("torch")
        .createReplica(setting.spec(), new ReplicaOptions(Device.CPU, threads, ADAM, 1, numerics));
  }

  /** One update. */
  static void step(Replica replica, Batch batch) {
    replica.zeroGradients();
    LossSum sum = replica.backward(batch, new NoiseKey(1, replica.updates(), 0, 0));
    replica.scaleGradients(1 / sum.weight());
    replica.scaleGradients(Math.min(1, 1 / replica.gradientNorm()));
    replica.update(1e-4);
  }

  /** Random examples, all of the setting's lengths. */
  static Batch batch(Setting setting) {
    Random random = new Random(1);
    List<DenoisingExample> examples = new ArrayList<>();
    for (int row = 0; row < setting.rows(); row++) {
      DenoisingExample example = new DenoisingExample(setting.target());
      example.begin(row, setting.target());
      for (int s = 0; s < setting.source(); s++) {
        example.appendSource(5 + random.nextInt(setting.spec().vocabulary() - 5));
      }
      int previous = setting.spec().decoderStart();
      for (int t = 0; t < setting.target(); t++) {
        int token = 5 + random.nextInt(setting.spec().vocabulary() - 5);
        example.appendTarget(previous, t, token, DenoisingExample.KEPT, true);
        previous = token;
      }
      examples.add(example);
    }
    return Batch.of(examples, setting.spec().pad());
  }

  /** One of those that take turns. */
  static final class Contestant {
    private final String name;
    private final Runnable step;
    private final List<Double> times = new ArrayList<>();

    Contestant(String name, Runnable step) {
      this.name = name;
      this.step = step;
    }

    void warmUp() {
      step.run();
    }

    void measure(LongSupplier clock) {
      long begin = clock.getAsLong();
      step.run();
      times.add((clock.getAsLong() - begin) / 1e9);
    }

    /** Seconds a step. */
    double median() {
      return times.stream().sorted().toList().get(times.size() / 2);
    }

    void print(Setting setting, double peak) {
      double rate = setting.operations() / median() / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%-12s %-6s %10.1f %12.0f %10.1f %7.0f%% %6d%n",
          setting.name(),
          name,
          1e3 * median(),
          setting.tokens() / median(),
          rate,
          100 * rate / peak,
          times.size());
    }
  }
}
