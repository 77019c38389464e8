package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;

class DeviceFaultTest {
  private static final Device GPU = Device.parse("cuda:1");

  @Test
  void aCardWithoutRoomIsNamed() {
    RuntimeException e = new RuntimeException("CUDA out of memory. Tried to allocate 2.00 GiB.");
    assertThat(DeviceFault.atStart(e, GPU, 6.5 * (1L << 30)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Parameters, gradients and optimizer state need 6.5 GiB, which cuda:1 does not have"
                + " free: use a smaller model, or a device with more memory.");
  }

  @Test
  void aCardWithoutRoomForRoundsIsNamed() {
    RuntimeException e = new RuntimeException("CUDA out of memory. Tried to allocate 2.00 GiB.");
    assertThat(DeviceFault.forRounds(e, GPU, 2.0 * (1L << 30)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "A vector of the outer optimizer or of compression needs 2.0 GiB, which cuda:1 does not"
                + " have free: use a smaller model, or a device with more memory.");
    RuntimeException other = new RuntimeException("an illegal memory access was encountered");
    assertThat(DeviceFault.forRounds(other, GPU, 1)).isSameAs(other);
  }

  @Test
  void aCardThatIsTakenIsNamed() {
    RuntimeException e =
        new RuntimeException("CUDA error: CUDA-capable device(s) is/are busy or unavailable");
    assertThat(DeviceFault.atStart(e, GPU, 1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Another process holds the GPU cuda:1, whose compute mode is exclusive: give each"
                + " replica a GPU of its own, or set the mode to default with nvidia-smi -c 0.");
  }

  @Test
  void anotherErrorStaysAsItIs() {
    RuntimeException e = new RuntimeException("an illegal memory access was encountered");
    assertThat(DeviceFault.atStart(e, GPU, 1)).isSameAs(e);
  }

  @Test
  void aModelThatNoMachineHoldsIsRefused() {
    // A petabyte: more than the addresses of a process.
    ModelSpec spec = new ModelSpec(1 << 24, 1 << 16, 1 << 24, 8, 64, 64, 8, 0, 0, 1, 2, 2);
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 7);
    assertThatThrownBy(() -> new TorchEngine().createReplica(spec, options))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageMatching(
            "Parameters, gradients and optimizer state need \\d{7}\\.\\d GiB, which cpu does not"
                + " have free: use a smaller model, or a device with more memory\\.");
  }
}
