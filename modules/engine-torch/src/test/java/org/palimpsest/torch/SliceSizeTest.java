package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.Device;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.torch.memory.Execution;

class SliceSizeTest {
  private static final ModelSpec SPEC =
      new ModelSpec(32_000, 512, 2048, 8, 6, 6, 512, 0, 0, 1, 2, 2);
  private static final Device GPU = Device.parse("cuda:1");
  private static final Numerics BF16 =
      new Numerics(Precision.BF16, 0, 0, Numerics.Activations.KEPT);

  @Test
  void aLargeGpuTakesTheFastestSlices() {
    assertThat(SliceSize.rows(SPEC, BF16, GPU, device -> 140L << 30)).isEqualTo(32_768);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 8, 16})
  void aSmallerGpuTakesWhatFits(long gibibytes) {
    double free = gibibytes * (double) (1L << 30);
    int rows = SliceSize.rows(SPEC, BF16, GPU, device -> gibibytes << 30);
    assertThat(rows % 512).as("whole blocks").isZero();
    Footprint footprint = new Footprint(SPEC, BF16, Execution.GPU);
    assertThat(footprint.bytes(rows / 512, 512, 512)).as("bytes").isLessThan(0.75 * free);
    assertThat(footprint.bytes(rows / 512 + 1, 512, 512)).as("one more").isGreaterThan(0.75 * free);
  }

  @Test
  void asksForTheMemoryOfItsOwnGpu() {
    int large = SliceSize.rows(SPEC, BF16, GPU, device -> device.index() == 1 ? 140L << 30 : 0);
    assertThat(large).isEqualTo(32_768);
  }

  @Test
  void withoutRoomEachBlockIsASlice() {
    assertThat(SliceSize.rows(SPEC, BF16, GPU, device -> 1 << 20)).isEqualTo(1);
  }

  @Test
  void slicesThatMustBeTheSameDoNotDependOnFreeMemory() {
    Numerics fixed =
        new Numerics(
            Precision.BF16, 0, 0, Numerics.Activations.KEPT, Numerics.Additions.FIXED_ORDER);
    assertThat(SliceSize.rows(SPEC, fixed, GPU, device -> 140L << 30)).isEqualTo(8192);
    assertThat(SliceSize.rows(SPEC, fixed, GPU, device -> 4L << 30)).isEqualTo(8192);
  }

  @Test
  void slicesOfACpuDoNotDependOnItsMemory() {
    DeviceMemory none =
        device -> {
          throw new AssertionError("asked for the memory of " + device);
        };
    assertThat(SliceSize.rows(SPEC, Numerics.PLAIN, Device.CPU, none)).isEqualTo(1024);
    assertThat(SliceSize.rows(SPEC, BF16, Device.CPU, none)).isEqualTo(2048);
  }
}
