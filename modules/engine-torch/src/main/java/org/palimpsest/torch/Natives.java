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
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.ReplicaOptions;

/**
 * The native libraries of this JVM, loaded once. First use on a machine unpacks hundreds of
 * megabytes.
 */
final class Natives {
  private static final boolean CUDA_BUILD =
      Natives.class.getResource("/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cpu.so") != null;

  private final CudaHost host = CudaHost.here(CUDA_BUILD);
  private final long gpus;
  private int blasThreads;
  private Numerics numerics;

  private Natives() {
    gpus = torch.hasCUDA() ? torch.getNumGPUs() : 0;
  }

  /**
   * Loads the libraries on first use.
   *
   * @throws PalimpsestException of kind CLUSTER if the libraries do not load on this machine
   */
  static Natives loaded() {
    CudaHost.here(CUDA_BUILD).requireDriver();
    try {
      return Holder.INSTANCE;
    } catch (LinkageError e) {
      throw unloadable(e);
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
            + "): its CUDA build needs an NVIDIA driver, CUDA 13.1 and cuDNN 9; without a GPU use"
            + " the CPU build.",
        error);
  }

  /**
   * Sets the number of CPU threads. LibTorch's (OpenMP) setting applies to the calling thread only,
   * that of OpenBLAS, which computes the matrix products, to the whole process: with one thread
   * each, several replicas compute in parallel; with more, they share its pool.
   */
  synchronized void useThreads(int threads) {
    torch.set_num_threads(threads);
    if (blasThreads != threads) {
      openblas_nolapack.blas_set_num_threads(threads);
      blasThreads = threads;
    }
  }

  /** Sets threads, and on a GPU how products and sums are computed, before a replica computes. */
  synchronized void use(ReplicaOptions options) {
    useThreads(options.threads());
    if (options.device().isCuda() && !options.numerics().equals(numerics)) {
      CudaMath.use(options.numerics());
      numerics = options.numerics();
    }
  }

  /**
   * Refuses what a device or its process cannot compute as asked.
   *
   * @throws PalimpsestException of kind CONFIGURATION
   */
  static void requireNumerics(Device device, Numerics numerics) {
    if (numerics.precision() == Precision.BF16) {
      requireBf16(device, processorFeatures());
    }
    CudaMath.require(device, numerics, System.getenv(CudaMath.WORKSPACE));
  }

  /** Refuses a device that this machine or build does not have. */
  void require(Device device) {
    host.require(device, gpus);
  }

  /** Whether the device computes bf16 without emulation. */
  static boolean hasBf16(Device device) {
    return hasBf16(device, processorFeatures());
  }

  private static boolean hasBf16(Device device, String features) {
    return device.isCuda() || features.contains("bf16");
  }

  /** Refuses a processor that would only emulate bf16, slower than fp32. */
  static void requireBf16(Device device, String features) {
    if (!hasBf16(device, features)) {
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
