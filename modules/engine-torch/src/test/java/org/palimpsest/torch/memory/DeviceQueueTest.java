package org.palimpsest.torch.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceGuardImplInterface;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of all orders, and what streams of a device promise beyond it. */
class DeviceQueueTest {
  private static final Device CPU = new Device("cpu");
  private static final Device WHERE = new Device(torch.hasCUDA() ? "cuda:0" : "cpu");

  static List<DeviceQueue> queues() {
    List<DeviceQueue> queues =
        new ArrayList<>(List.of(new HostOrder(), new OwnStreams(new SimulatedStreams(), CPU)));
    if (torch.hasCUDA()) {
      queues.add(OwnStreams.onGpu(org.palimpsest.model.Device.parse("cuda:0")));
    }
    return queues;
  }

  private static long[] content(Tensor tensor) {
    return new Transfers().longs(tensor.to(torch.ScalarType.Long));
  }

  @ParameterizedTest
  @MethodSource("queues")
  void computationsReadUploadsAndGiveResults(DeviceQueue queue) {
    try (queue) {
      for (int step = 0; step < 3; step++) {
        int number = step;
        long[] result =
            queue.scoped(
                () -> {
                  Tensor numbers =
                      queue.uploaded(
                          () ->
                              Tensor.create(new int[] {number, 5}).to(WHERE, torch.ScalarType.Int));
                  return content(numbers.add(new Scalar(1)));
                });
        assertThat(result).containsExactly(number + 1, 6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("queues")
  void othersReadWhatIsShared(DeviceQueue queue) {
    try (queue) {
      NativeScope.run(
          () -> {
            Tensor sum = queue.compute(() -> torch.ones(3).to(WHERE, torch.ScalarType.Float));
            queue.share();
            sum.add_(new Scalar(1));
            queue.run(() -> sum.mul_(new Scalar(3)));
            queue.share();
            assertThat(content(sum)).containsExactly(6, 6, 6);
          });
    }
  }

  @Test
  void aThreadHasItsOwnStreamBackAlsoAfterAnError() {
    SimulatedStreams device = new SimulatedStreams();
    try (DeviceQueue queue = new OwnStreams(device, CPU)) {
      queue.run(
          () -> {
            long own = device.current();
            assertThat(own).as("stream of the computation").isNotZero();
            queue.run(() -> assertThat(device.current()).as("nested").isEqualTo(own));
            assertThat(device.current()).as("after the nested one").isEqualTo(own);
            assertThatThrownBy(
                    () ->
                        queue.uploaded(
                            () -> {
                              assertThat(device.current()).as("of the copy").isNotEqualTo(own);
                              throw new IllegalStateException("lost");
                            }))
                .hasMessage("lost");
            assertThat(device.current()).as("after the copy").isEqualTo(own);
          });
      assertThat(device.current()).isZero();
      assertThatThrownBy(
              () ->
                  queue.run(
                      () -> {
                        throw new IllegalStateException("lost");
                      }))
          .hasMessage("lost");
      assertThat(device.current()).isZero();
    }
  }

  @Test
  void copiesRunBesideTheComputationThatWaitsForThem() {
    SimulatedStreams device = new SimulatedStreams();
    try (DeviceQueue queue = new OwnStreams(device, CPU)) {
      queue.run(
          () -> {
            device.work("step 1");
            queue.uploaded(
                () -> {
                  assertThat(device.work("copy 1")).as("before the first copy").isEmpty();
                  return torch.ones(2);
                });
            assertThat(device.recorded())
                .as("users of the copy's memory")
                .containsExactly(device.current());
            assertThat(device.work("step 2")).containsExactlyInAnyOrder("step 1", "copy 1");
            queue.uploaded(
                () -> {
                  assertThat(device.work("copy 2")).containsExactly("copy 1");
                  return torch.ones(2);
                });
            assertThat(device.work("step 3"))
                .containsExactlyInAnyOrder("step 1", "copy 1", "step 2", "copy 2");
          });
    }
    assertThat(device.destroyed()).as("events destroyed").isEqualTo(1);
  }

  @Test
  void replicasDoNotWaitForEachOther() {
    SimulatedStreams device = new SimulatedStreams();
    try (DeviceQueue one = new OwnStreams(device, CPU);
        DeviceQueue other = new OwnStreams(device, CPU)) {
      one.run(() -> device.work("one"));
      other.run(() -> assertThat(device.work("other")).isEmpty());
      one.run(() -> assertThat(device.work("again")).containsExactly("one"));
    }
  }

  @Test
  void sharedMemoryOrdersOthersAndTheComputation() {
    SimulatedStreams device = new SimulatedStreams();
    try (DeviceQueue queue = new OwnStreams(device, CPU)) {
      queue.run(() -> device.work("gradients"));
      assertThat(device.work("before")).as("not shared yet").isEmpty();
      queue.share();
      assertThat(device.work("sum")).containsExactlyInAnyOrder("gradients", "before");
      queue.run(() -> assertThat(device.work("update")).contains("sum"));
      device.work("later sum");
      queue.run(() -> assertThat(device.work("later update")).contains("later sum"));
    }
  }

  /**
   * A CPU has no events and no pool of streams, but the same interface: these calls exist in the
   * library with the arguments that we give.
   */
  @Test
  void theCallsForStreamsExist() {
    NativeScope.run(
        () -> {
          DeviceGuardImplInterface calls = torch.getDeviceGuardImpl(torch.DeviceType.CPU);
          Stream stream = calls.getStream(CPU);
          assertThat(calls.exchangeStream(stream).equals(stream)).isTrue();
          calls.recordDataPtrOnStream(torch.ones(2).storage().data_ptr(), stream);
          PointerPointer<Pointer> event = new PointerPointer<Pointer>(1L).put(0, (Pointer) null);
          calls.destroyEvent(event.get(0), stream.device_index());
          assertThatThrownBy(() -> calls.getStreamFromGlobalPool(CPU, false))
              .hasMessageContaining("Backend doesn't support acquiring a stream from pool.");
          assertThatThrownBy(
                  () ->
                      calls.record(
                          event, stream, stream.device_index(), torch.EventFlag.PYTORCH_DEFAULT))
              .hasMessageContaining("cpu backend doesn't support events.");
          assertThatThrownBy(() -> calls.block(event.get(0), stream))
              .hasMessageContaining("cpu backend doesn't support events.");
        });
  }
}
