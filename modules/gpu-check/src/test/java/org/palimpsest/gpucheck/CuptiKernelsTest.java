package org.palimpsest.gpucheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Services;
import org.palimpsest.bench.device.Kernels;

class CuptiKernelsTest {
  @Test
  void theCheckFindsIt() {
    assertThat(Services.all(Kernels.class)).hasExactlyElementsOfTypes(CuptiKernels.class);
  }

  @Test
  void withoutCudaItSaysWhatIsMissing() {
    assumeThat(Path.of("/dev/nvidiactl")).doesNotExist();
    assertThatThrownBy(() -> new CuptiKernels().during(() -> {}))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("CUPTI");
  }

  @Test
  void sumsCallsAndKeepsTheTenSlowest() {
    KernelSums sums = new KernelSums();
    IntStream.rangeClosed(1, 12).forEach(i -> sums.add("kernel " + i, i * 1_000_000L));
    sums.add("kernel 3", 20_000_000L);
    sums.add("n".repeat(300), 1);
    assertThat(sums.slowest()).hasSize(10);
    assertThat(sums.slowest().get(0)).isEqualTo(new Kernels.Kernel("kernel 3", 2, 23));
    assertThat(sums.slowest().get(1)).isEqualTo(new Kernels.Kernel("kernel 12", 1, 12));
  }
}
