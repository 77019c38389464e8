package org.palimpsest.bench.device;

import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Engine;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;

/** Replicas of the engine torch, and their training steps. */
final class Replicas {
  private Replicas() {}

  static Replica on(Device device, ModelSpec spec, Precision precision) {
    OptimizerSpec adam = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01);
    Numerics numerics = new Numerics(precision, 0, 0, Numerics.Activations.KEPT);
    int threads = Runtime.getRuntime().availableProcessors();
    return Engine.named("torch")
        .createReplica(spec, new ReplicaOptions(device, threads, adam, 1, numerics));
  }

  static boolean supports(Device device, Precision precision) {
    return Engine.named("torch").supports(device, precision);
  }

  /** bf16 if the device has it. */
  static Precision fastest(Device device) {
    return supports(device, Precision.BF16) ? Precision.BF16 : Precision.FP32;
  }

  /** A step; the norm of the gradients is read, which waits for the device. */
  static void step(Replica replica, Batch batch) {
    replica.zeroGradients();
    LossSum sum = replica.backward(batch, new DropoutKey(1, replica.updates(), 0, 0));
    double norm = replica.gradientNorm() / sum.weight();
    replica.scaleGradients(Math.min(1, 1 / norm) / sum.weight());
    replica.update(1e-4);
  }

  /** Seconds of a call. */
  static double seconds(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e9;
  }
}
