package org.palimpsest.bench.engine;

import java.util.List;
import java.util.Locale;
import org.palimpsest.bench.engine.Contest.Contestant;
import org.palimpsest.bench.engine.Contest.Peak;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;

/**
 * Whole training steps (forward, backward, clipping, AdamW) of our engine in fp32 and bf16 and of
 * the {@link Peer}, in a {@link Contest}.
 *
 * <p>Arguments: seconds for each setting, threads, settings by name (all if none is named).
 */
public final class EngineBenchmark {
  private static final OptimizerSpec ADAM = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01);
  private static final int WARM_UPS = 1;

  private EngineBenchmark() {}

  /** Runs it. */
  public static void main(String[] args) {
    Contest.each(args, EngineBenchmark::measure);
  }

  private static void measure(Contest contest) {
    Batch batch = contest.setting().batch();
    try (Replica fp32 = replica(contest, Precision.FP32);
        Replica bf16 = replica(contest, Precision.BF16);
        Peer peer = new Peer(contest.setting().spec())) {
      Contestant first = new Contestant("fp32", Peak.FP32, () -> Contest.step(fp32, batch));
      Contestant second = new Contestant("bf16", Peak.BF16, () -> Contest.step(bf16, batch));
      Contestant third = new Contestant("peer", Peak.FP32, () -> peer.step(batch));
      contest.hold(WARM_UPS, List.of(first, second, third));
      contest.conclude(
          String.format(
              Locale.ROOT,
              "peak of products: fp32 %.0f, bf16 %.0f GFLOP/s; fp32 beside peer %.2f, bf16 beside"
                  + " fp32 %.2f",
              contest.peak().fp32(),
              contest.peak().bf16(),
              third.median() / first.median(),
              first.median() / second.median()));
    }
  }

  private static Replica replica(Contest contest, Precision precision) {
    Numerics numerics = new Numerics(precision, 0, 0, Numerics.Activations.KEPT);
    ReplicaOptions options = new ReplicaOptions(Device.CPU, contest.threads(), ADAM, 1, numerics);
    return Engine.named("torch").createReplica(contest.setting().spec(), options);
  }
}
