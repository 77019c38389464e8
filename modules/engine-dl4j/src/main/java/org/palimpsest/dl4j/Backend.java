package org.palimpsest.dl4j;

import java.util.List;
import java.util.ServiceLoader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.model.Device;

/** ND4J's backend of this JVM, loaded once, and what it needs. */
final class Backend {
  private static final String HOST = "CpuBackend";
  private static final int BYTES = Float.BYTES;

  private static final Backend OF_PROCESS = new Backend();

  private boolean loaded;
  private int blasThreads;

  private Backend() {}

  /**
   * Loads on first use; later calls cost nothing. (Not in a static initialiser: what it throws
   * becomes an error of the JVM's.)
   *
   * @throws PalimpsestException in one sentence if there is no backend for the CPU, or another one
   *     beside it
   */
  static Backend loaded() {
    return OF_PROCESS.load();
  }

  private synchronized Backend load() {
    if (!loaded) {
      List<String> backends = onClassPath();
      requireOne(backends);
      requireHost(backends.get(0));
      requireStart(Nd4j::getBackend);
      loaded = true;
    }
    return this;
  }

  /** Refuses a backend that is there but does not start: the natives of this platform are apart. */
  static void requireStart(Runnable loading) {
    try {
      loading.run();
    } catch (LinkageError e) {
      throw new PalimpsestException(
          Kind.CONFIGURATION,
          "ND4J's backend does not start on this machine: add org.nd4j:nd4j-native with the"
              + " classifier of this platform.",
          e);
    }
  }

  /**
   * Gives BLAS so many CPU threads. They hold for the whole process: with one thread per replica
   * several replicas compute side by side, with more they queue for BLAS's pool. Everything beside
   * the products runs in the calling thread.
   */
  synchronized void useThreads(int threads) {
    if (blasThreads != threads) {
      openblas_nolapack.blas_set_num_threads(threads);
      blasThreads = threads;
    }
  }

  /** Refuses a device that this engine does not compute on. */
  public static void require(Device device) {
    if (device.isCuda()) {
      throw PalimpsestException.configuration(
          "The engine dl4j computes on the CPU only: set training.device = cpu, or engine ="
              + " torch.");
    }
  }

  /** Refuses a class path with no backend of ND4J, or with more than one. */
  static void requireOne(List<String> backends) {
    if (backends.isEmpty()) {
      throw PalimpsestException.configuration(
          "There is no backend of ND4J on the class path: add org.nd4j:nd4j-native with the"
              + " classifier of this platform.");
    }
    if (backends.size() > 1) {
      throw PalimpsestException.configuration(
          "There are several backends of ND4J on the class path, "
              + String.join(" and ", backends)
              + ": leave only one there.");
    }
  }

  /** Refuses a backend whose arrays are not in the host's memory, before it looks for a card. */
  static void requireHost(String backend) {
    if (!backend.equals(HOST)) {
      throw PalimpsestException.configuration(
          "ND4J's backend on the class path is "
              + backend
              + ", which computes on a card, while the engine dl4j computes on the CPU: build"
              + " without the profile nd4j-cuda, or set engine = torch.");
    }
  }

  private static List<String> onClassPath() {
    return ServiceLoader.load(Nd4jBackend.class).stream()
        .map(backend -> backend.type().getSimpleName())
        .toList();
  }

  /**
   * Refuses a replica that does not fit what the JVM may take outside its heap.
   *
   * @param vectors flat vectors of {@code size} fp32 numbers: parameters, gradients, moments
   * @param limit bytes; 0 for none
   */
  static void requireRoom(long vectors, long size, long limit) {
    long needed = vectors * size * BYTES;
    if (limit > 0 && needed > limit) {
      throw PalimpsestException.cluster(
          "A replica needs "
              + (needed >> 20)
              + " MiB outside the heap for its parameters, gradients and moments, but"
              + " org.bytedeco.javacpp.maxbytes allows "
              + (limit >> 20)
              + " MiB: raise it, or train a smaller model.");
    }
  }

  /** What JavaCPP may take outside the heap, in bytes. */
  static long limit() {
    return Pointer.maxBytes();
  }
}
