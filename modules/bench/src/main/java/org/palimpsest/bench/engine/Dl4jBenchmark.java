package org.palimpsest.bench.engine;

import java.util.List;
import java.util.Locale;
import org.palimpsest.bench.engine.Comparison.Candidate;
import org.palimpsest.bench.engine.Comparison.Peak;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;

/**
 * Whole training steps of both engines in fp32, and the matrix products of a step alone, in a
 * {@link Comparison}.
 *
 * <p>Arguments: seconds for each setting, threads, settings by name (default: all).
 */
public final class Dl4jBenchmark {
  private static final OptimizerSpec ADAM = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01);

  /** More than one, because Java compiles loops while they run. */
  private static final int WARM_UPS = 3;

  private Dl4jBenchmark() {}

  /** Runs the benchmark. */
  public static void main(String[] args) {
    Comparison.each(args, Dl4jBenchmark::measure);
  }

  private static void measure(Comparison comparison) {
    Batch batch = comparison.setting().batch();
    try (Replica torch = replica("torch", comparison);
        Replica dl4j = replica("dl4j", comparison);
        Products products = new Products(comparison.setting())) {
      Candidate first = new Candidate("torch", Peak.FP32, () -> Comparison.step(torch, batch));
      Candidate second = new Candidate("dl4j", Peak.FP32, () -> Comparison.step(dl4j, batch));
      Candidate third = new Candidate("BLAS", Peak.FP32, products::multiply);
      comparison.run(WARM_UPS, List.of(first, second, third));
      comparison.conclude(
          String.format(
              Locale.ROOT,
              "peak of products %.0f GFLOP/s; speed of dl4j relative to torch %.2f",
              comparison.peak().fp32(),
              first.median() / second.median()));
    }
  }

  private static Replica replica(String engine, Comparison comparison) {
    ReplicaOptions options = new ReplicaOptions(Device.CPU, comparison.threads(), ADAM, 1);
    return Engine.named(engine).createReplica(comparison.setting().spec(), options);
  }
}
