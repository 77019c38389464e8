package org.palimpsest.bench.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.bench.engine.EngineBenchmark.Contestant;
import org.palimpsest.model.Batch;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.OptimizerSpec;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;

/**
 * Whole training steps of both engines in fp32, in turn, and between them the machine's best matrix
 * product. With one thread it is processor time that counts, as in {@link EngineBenchmark}.
 *
 * <p>Arguments: seconds for each setting, threads, settings by name (all if none is named).
 */
public final class Dl4jBenchmark {
  private static final OptimizerSpec ADAM = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01);
  private static final int WARM_UP = 3;

  private Dl4jBenchmark() {}

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
    Batch batch = EngineBenchmark.batch(setting);
    LongSupplier clock = threads == 1 ? EngineBenchmark::processorTime : System::nanoTime;
    try (Replica torchs = replica("torch", setting, threads);
        Replica dl4js = replica("dl4j", setting, threads)) {
      Contestant first = new Contestant("torch", () -> EngineBenchmark.step(torchs, batch));
      Contestant second = new Contestant("dl4j", () -> EngineBenchmark.step(dl4js, batch));
      MatrixPeak peak = new MatrixPeak(threads);
      for (int i = 0; i < WARM_UP; i++) {
        first.warmUp();
        second.warmUp();
      }
      long end = System.nanoTime() + seconds * 1_000_000_000L;
      do {
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
        peak.measure();
        first.measure(clock);
        second.measure(clock);
      } while (System.nanoTime() < end);
      first.print(setting, peak.fp32());
      second.print(setting, peak.fp32());
      System.out.printf(
          Locale.ROOT,
          "%-12s peak of products %.0f GFLOP/s; speed of dl4j beside torch %.2f%n",
          setting.name(),
          peak.fp32(),
          first.median() / second.median());
    }
  }

  private static Replica replica(String engine, Setting setting, int threads) {
    return Engine.named(engine)
        .createReplica(setting.spec(), new ReplicaOptions(Device.CPU, threads, ADAM, 1));
  }
}
