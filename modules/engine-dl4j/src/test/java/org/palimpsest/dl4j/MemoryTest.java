package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;

/**
 * The garbage collector does not see native memory: steps must not allocate more and more of it,
 * nor keep more and more on the heap.
 */
@Tag("slow")
class MemoryTest {
  private static final ModelSpec SPEC = new ModelSpec(400, 32, 64, 2, 1, 1, 64, 0.1, 0, 1, 2, 2);
  private static final int STEPS = Integer.getInteger("palimpsest.memory.steps", 1000);
  private static final long ROOM_KIB = 32 * 1024;

  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryStaysFlatOverChangingShapes() throws IOException {
    ReplicaOptions options =
        new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01), 7);
    try (Replica replica = new Dl4jEngine().createReplica(SPEC, options)) {
      Random random = new Random(1);
      train(replica, random, STEPS / 2);
      long heap = heapBytes();
      long tracked = Pointer.totalBytes();
      train(replica, random, STEPS);
      assertThat(Pointer.totalBytes() - tracked)
          .as("growth of JavaCPP's memory in bytes over %d steps", STEPS)
          .isLessThan(1 << 20);
      assertThat(heapBytes() - heap)
          .as("growth of the live heap in bytes over %d steps", STEPS)
          .isLessThan(1 << 20);
      assertThat(residentGrowthKib(replica, random))
          .as("growth of the resident size in KiB over %d steps", STEPS)
          .isLessThan(ROOM_KIB);
    }
  }

  /**
   * The smallest growth of three periods: a leak grows in each, while the heap of a JVM that other
   * tests used before may once be enlarged.
   */
  private static long residentGrowthKib(Replica replica, Random random) throws IOException {
    long smallest = Long.MAX_VALUE;
    for (int period = 0; period < 3 && smallest >= ROOM_KIB; period++) {
      long before = residentKib();
      train(replica, random, STEPS);
      smallest = Math.min(smallest, residentKib() - before);
    }
    return smallest;
  }

  /** Each step touches about 2 MB; a leak of a tenth of it would show. */
  private static void train(Replica replica, Random random, int steps) {
    for (int step = 0; step < steps; step++) {
      int rows = 1 + random.nextInt(8);
      Batch batch =
          Examples.even(SPEC, random, rows, 4 + random.nextInt(40), 4 + random.nextInt(40));
      replica.zeroGradients();
      LossSum sum = replica.backward(batch, new DropoutKey(1, step, 0, 0));
      replica.scaleGradients(1 / sum.weight());
      replica.update(1e-3);
      replica.loss(batch);
    }
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long residentKib() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("/proc/self/status has no VmRSS");
  }
}
