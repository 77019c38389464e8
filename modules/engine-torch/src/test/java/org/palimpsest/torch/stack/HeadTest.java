package org.palimpsest.torch.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Workspace;

class HeadTest {
  @ParameterizedTest
  @CsvSource({
    "1000, FP32, CPU, 2097",
    "8000, FP32, CPU, 512",
    "50265, FP32, CPU, 333",
    "50265, BF16, CPU, 333",
    "200000, FP32, CPU, 128",
    "1000, FP32, GPU, 8192",
    "32128, BF16, GPU, 4177",
    "50265, FP32, GPU, 2670",
    "50265, BF16, GPU, 2670"
  })
  void chunksFillTheDevice(int vocabulary, Precision precision, String ways, long rows) {
    ModelSpec spec = new ModelSpec(vocabulary, 4, 4, 1, 1, 1, 8, 0, 0, 1, 2, 2);
    Numerics numerics = new Numerics(precision, 0, 0, Numerics.Activations.KEPT);
    Execution execution = ways.equals("GPU") ? Execution.GPU : Execution.CPU;
    NativeScope.run(
        () -> {
          Tensor flat = torch.zeros(ParameterLayout.of(spec).size());
          try (Workspace workspace =
              new Workspace(spec, numerics, flat, flat, new Transfers(), execution)) {
            assertThat(new Head(workspace).chunk()).isEqualTo(rows);
          }
        });
  }
}
