package org.palimpsest.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;

/**
 * The native libraries of this JVM, loaded once. Loading unpacks hundreds of megabytes on a
 * machine's first use.
 */
final class Natives {
  private static final boolean FOR_CARDS =
      Natives.class.getResource("/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cpu.so") != null;

  private final boolean cuda;
  private int blasThreads;

  private Natives() {
    cuda = torch.hasCUDA();
  }

  /**
   * Loads on first use; later calls cost nothing.
   *
   * @throws PalimpsestException of kind CLUSTER if the libraries do not load on this machine
   */
  static Natives loaded() {
    requireDriver();
    try {
      return Holder.INSTANCE;
    } catch (LinkageError e) {
      throw unloadable(e);
    }
  }

  /** LibTorch's build for cards ends the process where there is no driver: that is asked before. */
  private static void requireDriver() {
    if (FOR_CARDS && !Device.isNvidiaDriverHere()) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "This is LibTorch's build for NVIDIA cards, but the machine has no NVIDIA driver: install"
              + " it with CUDA 13.1 and cuDNN 9, or build without -Pcuda.");
    }
  }

  static PalimpsestException unloadable(LinkageError error) {
    Throwable first = error;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return new PalimpsestException(
        PalimpsestException.Kind.CLUSTER,
        "LibTorch does not load on this machine ("
            + first.getMessage()
            + "): its CUDA build needs an NVIDIA driver, CUDA 13.1 and cuDNN 9; without a card take"
            + " the usual build.",
        error);
  }

  /**
   * Gives the calling thread so many CPU threads. LibTorch's own (OpenMP) hold for the calling
   * thread only; those of OpenBLAS, which does the matrix products, for the whole process: with one
   * thread per replica several replicas compute side by side, with more they queue for its pool.
   */
  synchronized void useThreads(int threads) {
    torch.set_num_threads(threads);
    if (blasThreads != threads) {
      openblas_nolapack.blas_set_num_threads(threads);
      blasThreads = threads;
    }
  }

  /** Refuses a device that is not there. */
  void require(Device device) {
    if (device.isCuda() && !cuda) {
      throw PalimpsestException.configuration(
          "This LibTorch computes on the CPU only: set device = cpu or use the CUDA build.");
    }
    if (device.isCuda() && device.index() >= torch.getNumGPUs()) {
      throw PalimpsestException.configuration(
          "Device "
              + device
              + " is not on this machine, which has "
              + torch.getNumGPUs()
              + " CUDA cards: choose another index or set device = cpu.");
    }
  }

  /** Refuses a processor that would only emulate bf16, slower than fp32. */
  static void requireBf16(Device device) {
    requireBf16(device, processorFeatures());
  }

  static void requireBf16(Device device, String features) {
    if (!device.isCuda() && !features.contains("bf16")) {
      throw PalimpsestException.configuration(
          "This machine's processor has no bf16 instructions (AVX512-BF16, AMX or ARM's): set"
              + " training.precision = fp32.");
    }
  }

  private static String processorFeatures() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
          .findFirst()
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return ""; // not Linux
    }
  }

  private static final class Holder {
    static final Natives INSTANCE = new Natives();
  }
}
