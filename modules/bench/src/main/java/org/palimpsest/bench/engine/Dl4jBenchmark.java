package org.palimpsest.bench.engine;

import java.util.List;
import java.util.Locale;
import org.palimpsest.bench.engine.Contest.Contestant;
import org.palimpsest.bench.engine.Contest.Peak;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;

/**
 * Whole training steps of both engines in fp32, in a {@link Contest}, and the matrix products of a
 * step alone.
 *
 * <p>Arguments: seconds for each setting, threads, settings by name (all if none is named).
 */
public final class Dl4jBenchmark {
  private static final OptimizerSpec ADAM = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01);

  /** Java's loops are compiled while they run. */
  private static final int WARM_UPS = 3;

  private Dl4jBenchmark() {}

  /** Runs it. */
  public static void main(String[] args) {
    Contest.each(args, Dl4jBenchmark::measure);
  }

  private static void measure(Contest contest) {
    Batch batch = contest.setting().batch();
    try (Replica torch = replica("torch", contest);
        Replica dl4j = replica("dl4j", contest);
        Products products = new Products(contest.setting())) {
      Contestant first = new Contestant("torch", Peak.FP32, () -> Contest.step(torch, batch));
      Contestant second = new Contestant("dl4j", Peak.FP32, () -> Contest.step(dl4j, batch));
      Contestant third = new Contestant("BLAS", Peak.FP32, products::multiply);
      contest.hold(WARM_UPS, List.of(first, second, third));
      contest.conclude(
          String.format(
              Locale.ROOT,
              "peak of products %.0f GFLOP/s; speed of dl4j beside torch %.2f",
              contest.peak().fp32(),
              first.median() / second.median()));
    }
  }

  private static Replica replica(String engine, Contest contest) {
    ReplicaOptions options = new ReplicaOptions(Device.CPU, contest.threads(), ADAM, 1);
    return Engine.named(engine).createReplica(contest.setting().spec(), options);
  }
}
