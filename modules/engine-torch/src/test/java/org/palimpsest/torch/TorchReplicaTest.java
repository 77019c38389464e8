package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.contract.ReplicaContract;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.optimizer.OptimizerSpec;

@Tag("slow")
class TorchReplicaTest extends ReplicaContract {
  TorchReplicaTest() {
    super(new TorchEngine());
  }

  @Test
  void refusesAMissingGpu() {
    ReplicaOptions options =
        new ReplicaOptions(Device.parse("cuda"), 1, new OptimizerSpec.Sgd(), 7);
    assertThatThrownBy(() -> new TorchEngine().createReplica(Specs.named("bart"), options))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "This LibTorch computes on the CPU only: set device = cpu or use the CUDA build.");
  }

  @Test
  void refusesBf16WithoutProcessorSupport() {
    assertThatThrownBy(() -> Natives.requireBf16(Device.CPU, "flags : sse4_2 avx2 avx512f"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "This machine's processor has no bf16 instructions (AVX512-BF16, AMX or ARM's): set"
                + " training.precision = fp32.");
    Natives.requireBf16(Device.CPU, "flags : sse4_2 avx2 avx512f avx512_bf16");
    Natives.requireBf16(Device.parse("cuda"), "");
  }

  @Test
  void reportsLibrariesThatDoNotLoad() {
    LinkageError error =
        new ExceptionInInitializerError(
            new UnsatisfiedLinkError("libcudart.so.13: cannot open shared object file"));
    assertThat(Natives.unloadable(error))
        .hasMessage(
            "LibTorch does not load on this machine (libcudart.so.13: cannot open shared object"
                + " file): its CUDA build needs an NVIDIA driver, CUDA 13.1 and cuDNN 9; without a"
                + " GPU use the CPU build.");
  }
}
