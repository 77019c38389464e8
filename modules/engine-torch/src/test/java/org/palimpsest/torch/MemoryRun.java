package org.palimpsest.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;

/** Trains on batches of changing shapes; prints steps and resident KiB in the second half. */
final class MemoryRun {
  static final int STEPS = 3000;
  static final int SAMPLES = 30;
  private static final ModelSpec SPEC = new ModelSpec(400, 32, 64, 2, 1, 1, 64, 0.1, 0, 1, 2, 2);

  private MemoryRun() {}

  /** Runs the training. */
  public static void main(String[] args) throws IOException {
    OptimizerSpec adam = new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01);
    Numerics numerics = new Numerics(Precision.valueOf(args[0]), 0, 0, Numerics.Activations.KEPT);
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, adam, 7, numerics);
    Random random = new Random(1);
    try (Replica replica = new TorchEngine().createReplica(SPEC, options)) {
      for (int step = 1; step <= STEPS; step++) {
        train(replica, random, step);
        if (step > STEPS / 2 && step % (STEPS / 2 / SAMPLES) == 0) {
          System.out.println(step + " " + residentKib());
        }
      }
    }
  }

  /** Touches about 2 MB; a leak of a thousandth of it would show. */
  private static void train(Replica replica, Random random, int step) {
    int rows = 1 + random.nextInt(8);
    Batch batch = Examples.even(SPEC, random, rows, 4 + random.nextInt(40), 4 + random.nextInt(40));
    replica.zeroGradients();
    LossSum sum = replica.backward(batch, new DropoutKey(1, step, 0, 0));
    replica.scaleGradients(1 / sum.weight());
    replica.update(1e-3);
    replica.loss(batch);
  }

  private static long residentKib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("/proc/self/status has no VmRSS");
  }
}
