package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

class NcclTest {
  @Test
  void vectorsGoThroughTheHostByDefault() {
    assertThat(Sockets.any().gpus()).isEqualTo(Sockets.Gpus.GLOO);
    assertThat(Groups.devices(Sockets.any()).group(null, Duration.ofSeconds(1)))
        .isSameAs(DeviceGroup.NONE);
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
}
