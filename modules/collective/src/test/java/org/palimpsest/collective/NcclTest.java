package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.model.Device;
import org.palimpsest.model.FlatVector;

class NcclTest {
  @RegisterExtension private final Ranks ranks = new Ranks();

  @Test
  void vectorsGoThroughTheHostByDefault() {
    assertThat(Sockets.any().gpus()).isEqualTo(Sockets.Gpus.GLOO);
    assertThat(Groups.devices(Sockets.any())).isEmpty();
  }

  @Test
  void anEnvironmentInWhichLibTorchWouldEndTheProcessIsRefused() {
    for (Map<String, String> environment :
        List.of(Map.<String, String>of(), Map.of("TORCH_NCCL_ASYNC_ERROR_HANDLING", "3"))) {
      assertThatThrownBy(() -> NcclFault.requireCalm(environment))
          .isInstanceOfSatisfying(
              PalimpsestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
          .hasMessage(
              "training.collective.gpus = nccl needs TORCH_NCCL_ASYNC_ERROR_HANDLING = 0 in the"
                  + " environment of the executors, because LibTorch would end their processes when"
                  + " a replica is lost: set spark.executorEnv.TORCH_NCCL_ASYNC_ERROR_HANDLING = 0,"
                  + " or set training.collective.gpus = gloo.");
    }
    assertThatCode(
            () ->
                NcclFault.requireCalm(
                    Map.of(
                        "TORCH_NCCL_ASYNC_ERROR_HANDLING",
                        "0",
                        "TORCH_NCCL_ENABLE_MONITORING",
                        "0")))
        .doesNotThrowAnyException();
  }

  @Test
  void aBuildWithoutNcclIsNamed() {
    assertThat(NcclFault.unloadable(new UnsatisfiedLinkError("no jnitorch_nccl in java.library")))
        .hasMessage(
            "NCCL does not load on this machine (no jnitorch_nccl in java.library): it needs a"
                + " build with -Pcuda and NCCL 2 for CUDA 13; install them, or set"
                + " training.collective.gpus = gloo.");
  }

  @Test
  void theCpuBuildHasNoNccl() {
    assumeThat(torch.hasCUDA()).isFalse();
    assertThatThrownBy(Groups::loadNccl)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("NCCL does not load on this machine (");
  }

  /** The contract that {@link DeviceSumsTest} checks with Gloo, where there is a GPU. */
  @Test
  @Tag("cluster")
  void sumsAVectorOfAGpu() throws InterruptedException {
    assumeThat(torch.hasCUDA()).isTrue();
    assumeThatCode(() -> NcclFault.requireCalm(System.getenv())).doesNotThrowAnyException();
    List<float[]> results =
        ranks.together(
            1,
            Ranks.PATIENCE,
            Groups.devices(new Sockets("", PortRange.any(), Sockets.Gpus.NCCL)),
            collective -> {
              FlatVector vector = new OnGpu(Ranks.vector(1000, 0).values());
              collective.sum(vector);
              collective.broadcast(vector, 0);
              return vector.toArray();
            });
    assertThat(results).containsExactly(Ranks.vector(1000, 0).values());
  }

  /** A vector in the memory of the first GPU. */
  private static final class OnGpu implements FlatVector {
    private final Tensor tensor;

    OnGpu(float[] values) {
      tensor =
          Tensor.create(values)
              .to(new org.bytedeco.pytorch.Device("cuda:0"), torch.ScalarType.Float);
    }

    @Override
    public long size() {
      return tensor.numel();
    }

    @Override
    public void read(long from, float[] into, int offset, int count) {
      tensor.narrow(0, from, count).cpu().data_ptr_float().get(into, offset, count);
    }

    @Override
    public void write(long from, float[] values, int offset, int count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long address() {
      return tensor.data_ptr().address();
    }

    @Override
    public Device device() {
      return Device.parse("cuda:0");
    }
  }
}
