package org.palimpsest.bench.engine;

import java.util.List;
import java.util.Locale;
import org.palimpsest.bench.engine.Comparison.Candidate;
import org.palimpsest.bench.engine.Comparison.Peak;
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
 * the {@link Peer}, in a {@link Comparison}.
 *
 * <p>Arguments: seconds for each setting, threads, settings by name (default: all).
 */
public final class EngineBenchmark {
  private static final OptimizerSpec ADAM = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01);
  private static final int WARM_UPS = 1;

  private EngineBenchmark() {}

  /** Runs the benchmark. */
  public static void main(String[] args) {
    Comparison.each(args, EngineBenchmark::measure);
  }

  private static void measure(Comparison comparison) {
    if (Engine.named("torch").supports(Device.CPU, Precision.BF16)) {
      measureBoth(comparison);
    } else {
      measureFp32(comparison);
    }
  }

  private static void measureBoth(Comparison comparison) {
    Batch batch = comparison.setting().batch();
    try (Replica fp32 = replica(comparison, Precision.FP32);
        Replica bf16 = replica(comparison, Precision.BF16);
        Peer peer = new Peer(comparison.setting().spec())) {
      Candidate first = new Candidate("fp32", Peak.FP32, () -> Comparison.step(fp32, batch));
      Candidate second = new Candidate("bf16", Peak.BF16, () -> Comparison.step(bf16, batch));
      Candidate third = new Candidate("peer", Peak.FP32, () -> peer.step(batch));
      comparison.run(WARM_UPS, List.of(first, second, third));
      comparison.conclude(
          String.format(
              Locale.ROOT,
              "peak of products: fp32 %.0f, bf16 %.0f GFLOP/s; speed of fp32 relative to peer %.2f,"
                  + " of bf16 relative to fp32 %.2f",
              comparison.peak().fp32(),
              comparison.peak().bf16(),
              third.median() / first.median(),
              first.median() / second.median()));
    }
  }

  private static void measureFp32(Comparison comparison) {
    Batch batch = comparison.setting().batch();
    try (Replica fp32 = replica(comparison, Precision.FP32);
        Peer peer = new Peer(comparison.setting().spec())) {
      Candidate first = new Candidate("fp32", Peak.FP32, () -> Comparison.step(fp32, batch));
      Candidate second = new Candidate("peer", Peak.FP32, () -> peer.step(batch));
      comparison.run(WARM_UPS, List.of(first, second));
      comparison.conclude(
          String.format(
              Locale.ROOT,
              "peak of products: fp32 %.0f GFLOP/s; speed of fp32 relative to peer %.2f; bf16 is not"
                  + " measured, because this processor has no bf16 instructions",
              comparison.peak().fp32(),
              second.median() / first.median()));
    }
  }

  private static Replica replica(Comparison comparison, Precision precision) {
    Numerics numerics = new Numerics(precision, 0, 0, Numerics.Activations.KEPT);
    ReplicaOptions options =
        new ReplicaOptions(Device.CPU, comparison.threads(), ADAM, 1, numerics);
    return Engine.named("torch").createReplica(comparison.setting().spec(), options);
  }
}
