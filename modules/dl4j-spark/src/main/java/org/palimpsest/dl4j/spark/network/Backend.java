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

/** ND4J's backend in this process: whether there is one, where it computes, what it may take. */
public final class Backend {
  static final String MISSING =
      "ND4J finds no backend that works here: put nd4j-native (with the classifier of this"
          + " platform) or nd4j-cuda on the class path of driver and executors.";

  private static final String FOR_CARDS = "JCublasBackend";

  private Backend() {}

  static boolean isOnCpu() {
    return Nd4j.getEnvironment().isCPU();
  }

  /**
   * Puts the calling task's thread on its card, or gives it its cores. The number of threads is one
   * of the process; tasks of one executor have equally many.
   *
   * @throws PalimpsestException if there is no backend, or one for something else than is wanted
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
              + ", but the ND4J backend of this executor computes on the CPU: put nd4j-cuda in the"
              + " place of nd4j-native, or set the device to cpu.");
    }
  }

  /**
   * Loads the backend.
   *
   * @throws PalimpsestException in one sentence if there is none, or more than one, or one for
   *     cards on a machine without
   */
  public static void require() {
    List<String> backends =
        ServiceLoader.load(Nd4jBackend.class).stream()
            .map(backend -> backend.type().getSimpleName())
            .toList();
    refuseSeveral(backends);
    if (!Device.isNvidiaDriverHere()) {
      refuseCards(backends);
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
          "There are several ND4J backends on the class path, "
              + String.join(" and ", backends)
              + ": leave one of nd4j-native and nd4j-cuda.");
    }
  }

  /** Before ND4J looks for a card itself, and prints what it has met. */
  static void refuseCards(List<String> backends) {
    if (backends.contains(FOR_CARDS)) {
      throw PalimpsestException.cluster(
          "ND4J's backend here is nd4j-cuda, but the machine has no NVIDIA driver: install it, or"
              + " put nd4j-native (with the classifier of this platform) in its place.");
    }
  }

  /**
   * Looks whether the native memory that JavaCPP may take holds a replica: parameters, gradients
   * twice, and the state of the updater. (What a batch needs beside them, nobody knows.)
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
              + " of native memory, but JavaCPP may take "
              + megabytes(maxBytes)
              + ": raise -Dorg.bytedeco.javacpp.maxbytes in spark.executor.extraJavaOptions (and"
              + " spark.executor.memoryOverhead with it).");
    }
  }

  /** JavaCPP's own error would end the executor; a sentence does not. */
  static PalimpsestException outOfMemory(OutOfMemoryError e) {
    return new PalimpsestException(
        Kind.CLUSTER,
        "The native memory of this process is used up ("
            + megabytes(Pointer.totalBytes())
            + " taken, "
            + megabytes(Pointer.maxBytes())
            + " allowed): use smaller batches, or raise -Dorg.bytedeco.javacpp.maxbytes and"
            + " -Dorg.bytedeco.javacpp.maxphysicalbytes in spark.executor.extraJavaOptions.",
        e);
  }

  private static String megabytes(long bytes) {
    return Math.max(1, Math.round(bytes / 1e6)) + " MB";
  }
}
