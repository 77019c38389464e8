package org.palimpsest.training.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

class GpuAddressTest {
  private static final List<String> UUIDS = List.of("GPU-aaaa-1", "GPU-bbbb-2");

  private static int number(String visible, String address) {
    return GpuAddress.of(visible).number(address, () -> UUIDS);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "unset",
      value = {
        "unset, 0, 0",
        "unset, 5, 5",
        "'', 5, 5",
        "unset, GPU-bbbb-2, 1",
        "'3,7', 7, 1",
        "'1, 0', 0, 1",
        "'GPU-bbbb,GPU-aaaa', GPU-aaaa-1, 1",
        "'MIG-x,MIG-y', MIG-y, 1",
        "MIG-x, MIG-x, 0",
        "'0,1', 4, 4",
      })
  void isTheNumberThatCudaGives(String visible, String address, int number) {
    assertThat(number(visible, address)).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "unset",
      value = {"unset, GPU-cccc-3", "unset, MIG-x", "'0,1', GPU-aaaa-1", "MIG-x, MIG-y", "0, any"})
  void isRefusedIfCudaDoesNotSeeTheGpu(String visible, String address) {
    assertThatThrownBy(() -> number(visible, address))
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLUSTER))
        .hasMessage(
            "Spark assigned the GPU "
                + address
                + ", which CUDA does not see in this executor: list it in CUDA_VISIBLE_DEVICES of"
                + " the executor, or let the discovery script print numbers, as"
                + " deploy/gpu/discover-gpus does.");
  }
}
