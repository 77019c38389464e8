package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.process.ChildJvm;
import org.palimpsest.model.spec.ModelSpec;

/** The garbage collector does not see native memory: it must be freed explicitly. */
@Tag("slow")
class MemoryTest {
  private static final double KIB_PER_THOUSAND_STEPS = 1024;

  /** In a process whose heap is touched at the start, so that only native memory can grow. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void residentSizeStaysFlatOverChangingShapes() throws Exception {
    flat(Precision.FP32);
  }

  private static void flat(Precision precision) throws Exception {
    Process process =
        ChildJvm.of(MemoryRun.class, precision.name())
            .with(
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // As on executors; the code that oneDNN keeps for bf16 comes near JavaCPP's own
                // limit.
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0")
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("the process ended").isTrue();
    assertThat(process.exitValue()).as("exit code").isZero();
    List<double[]> samples =
        out.lines()
            .map(line -> line.split(" "))
            .map(pair -> new double[] {Double.parseDouble(pair[0]), Double.parseDouble(pair[1])})
            .toList();
    assertThat(samples).as("samples of the second half").hasSize(MemoryRun.SAMPLES);
    assertThat(1000 * slope(samples))
        .as("KiB for 1,000 steps in the second half of %d", MemoryRun.STEPS)
        .isLessThan(KIB_PER_THOUSAND_STEPS);
  }

  /** Slope of the least-squares line. */
  private static double slope(List<double[]> points) {
    double x = points.stream().mapToDouble(point -> point[0]).average().orElseThrow();
    double y = points.stream().mapToDouble(point -> point[1]).average().orElseThrow();
    double above = points.stream().mapToDouble(p -> (p[0] - x) * (p[1] - y)).sum();
    return above / points.stream().mapToDouble(p -> (p[0] - x) * (p[0] - x)).sum();
  }

  /** In bf16, operands have their own buffers. */
  @Test
  @Tag("torture")
  @EnabledOnOs(OS.LINUX)
  void residentSizeStaysFlatInBf16() throws Exception {
    assumeThat(new TorchEngine().supports(Device.CPU, Precision.BF16)).isTrue();
    flat(Precision.BF16);
  }

  @Test
  void refusesExamplesThatDoNotFitAndNamesALengthThatDoes() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    assumeThat(system.getTotalMemorySize()).isLessThan(48L << 30);
    int length = 120_000; // attention weights alone are 57 GB
    ModelSpec spec = new ModelSpec(20, 4, 4, 1, 1, 1, length, 0, 0, 1, 2, 2);
    Batch batch = Examples.even(spec, new Random(1), 1, length, 3);
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 7);
    try (Replica replica = new TorchEngine().createReplica(spec, options)) {
      assertThatThrownBy(() -> replica.loss(batch))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageMatching(
              "1 example of up to 120000 tokens does not fit in the device's memory with the model:"
                  + " blocks of \\d+ tokens do; training.activation-checkpointing = true also saves"
                  + " memory\\.");
    }
  }
}
