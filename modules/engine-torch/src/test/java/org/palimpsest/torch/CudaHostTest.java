package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.model.Device;

class CudaHostTest {
  private static final Optional<String> NEW = Optional.of("590.48.01");

  private static void refused(CudaHost host, String device, long gpus, Kind kind, String message) {
    assertThatThrownBy(() -> host.require(Device.parse(device), gpus))
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(e.kind()).as("kind").isEqualTo(kind))
        .hasMessage(message);
  }

  private static CudaHost host(Optional<String> version, String visible) {
    return new CudaHost(true, true, version, Optional.ofNullable(visible));
  }

  @Test
  void theCudaBuildNeedsADriver() {
    CudaHost host = new CudaHost(true, false, Optional.empty(), Optional.empty());
    assertThatThrownBy(host::requireDriver)
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLUSTER))
        .hasMessage(
            "LibTorch's CUDA build needs an NVIDIA driver, but this machine has none: install it"
                + " with CUDA 13.1 and cuDNN 9, or build without -Pcuda.");
  }

  @Test
  void theCpuBuildNeedsNone() {
    CudaHost host = new CudaHost(false, false, Optional.empty(), Optional.empty());
    assertThatCode(host::requireDriver).doesNotThrowAnyException();
    assertThatCode(() -> host.require(Device.CPU, 0)).doesNotThrowAnyException();
  }

  @Test
  void anOldDriverIsNamed() {
    refused(
        host(Optional.of("535.183.06"), "0"),
        "cuda",
        0,
        Kind.CLUSTER,
        "This machine's NVIDIA driver 535.183.06 is too old for CUDA 13: install version 580 or"
            + " later, or set device = cpu.");
  }

  @Test
  void aVariableThatHidesAllGpusIsNamed() {
    refused(
        host(NEW, ""),
        "cuda",
        0,
        Kind.CLUSTER,
        "CUDA sees no GPU, because CUDA_VISIBLE_DEVICES is '': name a GPU there that nvidia-smi -L"
            + " lists, or set device = cpu.");
  }

  @Test
  void aDriverWithoutAGpuIsReported() {
    refused(
        host(Optional.empty(), null),
        "cuda",
        0,
        Kind.CLUSTER,
        "CUDA sees no GPU, although this machine has an NVIDIA driver: give the process or"
            + " container a GPU that nvidia-smi -L lists, or set device = cpu.");
  }

  @Test
  void aWrongNumberIsRefusedWithTheNumberOfGpus() {
    refused(
        host(NEW, null),
        "cuda:2",
        2,
        Kind.CONFIGURATION,
        "Device cuda:2 is not on this machine, which has 2 CUDA GPUs: choose another index or set"
            + " device = cpu.");
  }

  @Test
  void aNumberBeyondTheVisibleGpusNamesTheVariable() {
    refused(
        host(NEW, "3"),
        "cuda:3",
        1,
        Kind.CONFIGURATION,
        "Device cuda:3 is not on this machine, which has 1 CUDA GPU in CUDA_VISIBLE_DEVICES = 3:"
            + " choose another index or set device = cpu.");
  }

  @Test
  void aGpuThatIsHereIsTaken() {
    assertThatCode(() -> host(NEW, "3").require(Device.parse("cuda:0"), 1))
        .doesNotThrowAnyException();
  }

  @Test
  void readsTheVersionOfTheDriver(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("version"),
            """
            NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build
            GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)
            """);
    assertThat(CudaHost.version(file)).contains("580.65.06");
    assertThat(CudaHost.version(folder.resolve("none"))).isEmpty();
  }
}
