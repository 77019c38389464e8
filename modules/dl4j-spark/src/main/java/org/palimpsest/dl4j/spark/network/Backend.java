package org.palimpsest.dl4j.spark.network;

import java.util.List;
import java.util.ServiceLoader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.model.Device;
import org.palimpsest.training.workload.ReplicaSize;
import org.palimpsest.training.workload.TaskPlacement;

/** ND4J's backend in this process: its presence, device, and memory limit. */
public final class Backend {
  static final String MISSING =
      "ND4J has no working backend: add nd4j-native (with the classifier of this platform) or"
          + " nd4j-cuda to the class path of driver and executors.";

  private static final String CUDA_BACKEND = "JCublasBackend";

  private Backend() {}

  static boolean isOnCpu() {
    return Nd4j.getEnvironment().isCPU();
  }

  /**
   * Assigns the calling task's GPU to its thread, or sets the number of CPU threads, which is
   * common to the process; all tasks of an executor have the same number.
   *
   * @throws PalimpsestException if there is no backend, or one for another device
   */
  public static void enter(TaskPlacement place) {
    require();
    if (place.device().isCuda()) {
      refuseCudaOnCpu(place);
      Nd4j.getAffinityManager().unsafeSetDevice(place.device().index());
    } else {
      NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(place.threads());
    }
  }

  private static void refuseCudaOnCpu(TaskPlacement place) {
    if (isOnCpu()) {
      throw PalimpsestException.configuration(
          "The device is "
              + place.device()
              + ", but the ND4J backend of this executor computes on the CPU: replace nd4j-native by"
              + " nd4j-cuda, or set the device to cpu.");
    }
  }

  /**
   * Loads the backend.
   *
   * @throws PalimpsestException if there is none, or more than one, or a CUDA backend without a GPU
   */
  public static void require() {
    List<String> backends =
        ServiceLoader.load(Nd4jBackend.class).stream()
            .map(backend -> backend.type().getSimpleName())
            .toList();
    refuseSeveral(backends);
    if (!Device.isNvidiaDriverHere()) {
      refuseCuda(backends);
    }
    try {
      Nd4j.getBackend();
    } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
      throw new PalimpsestException(Kind.CLUSTER, MISSING, e);
    }
  }

  static void refuseSeveral(List<String> backends) {
    if (backends.size() > 1) {
      throw PalimpsestException.cluster(
          "The class path has several ND4J backends, "
              + String.join(" and ", backends)
              + ": keep one of nd4j-native and nd4j-cuda.");
    }
  }

  /** Refuses CUDA without a driver before ND4J looks for a GPU and prints its errors. */
  static void refuseCuda(List<String> backends) {
    if (backends.contains(CUDA_BACKEND)) {
      throw PalimpsestException.cluster(
          "ND4J's backend is nd4j-cuda, but this machine has no NVIDIA driver: install it, or"
              + " replace nd4j-cuda by nd4j-native (with the classifier of this platform).");
    }
  }

  /**
   * Refuses a replica that does not fit in JavaCPP's native memory: parameters, gradients twice,
   * and the updater's state. (The memory of a batch is unknown.)
   */
  public static void refuseTooLittleMemory(ReplicaSize size) {
    refuseTooLittleMemory(size, Pointer.maxBytes());
  }

  public static void refuseTooLittleMemory(ReplicaSize size, long maxBytes) {
    long needed = (3 * size.parameters() + size.optimizerState()) * Float.BYTES;
    if (maxBytes > 0 && needed > maxBytes) {
      throw PalimpsestException.cluster(
          "A replica of the network needs at least "
              + megabytes(needed)
              + " of native memory, but JavaCPP may use "
              + megabytes(maxBytes)
              + ": raise -Dorg.bytedeco.javacpp.maxbytes in spark.executor.extraJavaOptions (and"
              + " spark.executor.memoryOverhead with it).");
    }
  }

  /** Replaces JavaCPP's error, which would end the executor. */
  static PalimpsestException outOfMemory(OutOfMemoryError e) {
    return new PalimpsestException(
        Kind.CLUSTER,
        "The native memory of this process is exhausted ("
            + megabytes(Pointer.totalBytes())
            + " used, "
            + megabytes(Pointer.maxBytes())
            + " allowed): use smaller batches, or raise -Dorg.bytedeco.javacpp.maxbytes and"
            + " -Dorg.bytedeco.javacpp.maxphysicalbytes in spark.executor.extraJavaOptions.",
        e);
  }

  private static String megabytes(long bytes) {
    return Math.max(1, Math.round(bytes / 1e6)) + " MB";
  }
}
