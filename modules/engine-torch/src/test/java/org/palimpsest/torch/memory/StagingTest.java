package org.palimpsest.torch.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Device;

class StagingTest {
  private static final org.bytedeco.pytorch.Device CPU = new org.bytedeco.pytorch.Device("cpu");

  private static long[] content(Tensor tensor) {
    return new Transfers().longs(tensor.to(torch.ScalarType.Long));
  }

  @Test
  void copiesDoNotChangeWhenTheirMemoryIsUsedAgain() {
    NativeScope.run(
        () -> {
          try (Staging staging = new Staging(Device.CPU)) {
            Tensor first = staging.copied(new int[] {1, 2, 3}, CPU);
            Tensor second = staging.copied(new int[] {4}, CPU);
            staging.ended();
            staging.copied(new int[] {7, 8, 9}, CPU);
            assertThat(content(first)).containsExactly(1, 2, 3);
            assertThat(content(second)).containsExactly(4);
          }
        });
  }

  @Test
  void memoryGrowsToTheLargestStepAndStays() {
    NativeScope.run(
        () -> {
          try (Staging staging = new Staging(Device.CPU)) {
            for (int step = 0; step < 3; step++) {
              for (int length : new int[] {5, 100, 20}) {
                int[] values = IntStream.range(0, length).toArray();
                assertThat(content(staging.copied(values, CPU)))
                    .containsExactly(IntStream.range(0, length).asLongStream().toArray());
              }
              staging.ended();
            }
            long before = staging.allocations();
            staging.copied(new int[100], CPU);
            staging.ended();
            staging.copied(new int[100], CPU);
            assertThat(staging.allocations()).isEqualTo(before).isLessThanOrEqualTo(3);
          }
        });
  }

  @Test
  void aReadEndsUploads() {
    NativeScope.run(
        () -> {
          try (Transfers transfers = Transfers.of(Execution.Uploads.STAGED, Device.CPU)) {
            for (int step = 0; step < 9; step++) {
              Tensor numbers = transfers.upload(new int[] {step, 2}, CPU, torch.ScalarType.Long);
              assertThat(transfers.longs(numbers)).containsExactly(step, 2);
            }
            assertThat(transfers.stagingAllocations()).isEqualTo(1);
            assertThat(transfers.uploads()).isEqualTo(9);
          }
        });
  }

  /** Nothing is copied, so a GPU may still copy what was uploaded before. */
  @Test
  void aReadOfNothingEndsNoUpload() {
    NativeScope.run(
        () -> {
          try (Transfers transfers = Transfers.of(Execution.Uploads.STAGED, Device.CPU)) {
            for (int step = 0; step < 3; step++) {
              transfers.upload(new int[1000], CPU, torch.ScalarType.Long);
              transfers.read(torch.zeros(new long[] {5}), 2, new float[0], 0, 0);
            }
            assertThat(transfers.stagingAllocations()).isGreaterThan(1);
          }
        });
  }
}
