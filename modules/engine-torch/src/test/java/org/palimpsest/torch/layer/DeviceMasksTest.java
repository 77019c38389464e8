package org.palimpsest.torch.layer;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.DropoutMask;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Workspace;

class DeviceMasksTest {
  private static final ModelSpec SPEC = Specs.named("bart");

  @ParameterizedTest
  @CsvSource({
    "0.1, 0, 1",
    "0.1, 1, 4",
    "0.3, 2, 5",
    "0.5, 3, 1023",
    "0.9, 4, 70001",
    "0.0001, 5, 65536",
    "0.1, 6, 16777217" // more than one piece
  })
  void drawsTheMasksOfTheHost(double probability, int site, int count) {
    DropoutMask masks = new DropoutMask(probability);
    DropoutKey key = new DropoutKey(-7, 123_456_789_012L, 3, 4);
    int[] bits = new int[count];
    masks.fill(key, site, bits, count);
    NativeScope.run(
        () -> {
          Tensor parameters = torch.zeros(ParameterLayout.of(SPEC).size());
          Transfers transfers = new Transfers();
          try (Workspace workspace =
              new Workspace(
                  SPEC, Numerics.PLAIN, parameters, parameters, transfers, Execution.GPU)) {
            DeviceMasks device = new DeviceMasks(workspace);
            Tensor mask = torch.ones(count);
            device.fill(masks, 1, torch.ones(3)); // a shorter one before
            device.fill(masks, DropoutMask.stream(key, site), mask);
            Tensor expected = torch.zeros(count);
            assertThat(transfers.uploads()).as("uploads").isZero();
            transfers.storeBits(expected, bits, count);
            Tensor same = mask.view(torch.ScalarType.Int).eq(expected.view(torch.ScalarType.Int));
            assertThat(same.all().item_bool()).as("the same bits").isTrue();
          }
        });
  }
}
