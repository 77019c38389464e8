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

/** ND4J's backend in this JVM, loaded once, and its requirements. */
final class Backend {
  private static final String HOST = "CpuBackend";
  private static final int BYTES = Float.BYTES;

  private static final Backend OF_PROCESS = new Backend();

  private boolean loaded;
  private int blasThreads;

  private Backend() {}

  /**
   * Loads the backend on first use. (Not in a static initializer, because the JVM would turn its
   * exception into an error.)
   *
   * @throws PalimpsestException if there is no CPU backend, or more than one backend
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

  /**
   * Refuses a backend without the native libraries of this platform, which come in separate jars.
   */
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
   * Sets the CPU threads of BLAS, for the whole process: with one thread each, several replicas
   * compute in parallel; with more, they share BLAS's pool. Everything except products runs in the
   * calling thread.
   */
  synchronized void useThreads(int threads) {
    if (blasThreads != threads) {
      openblas_nolapack.blas_set_num_threads(threads);
      blasThreads = threads;
    }
  }

  /** Refuses a device other than the CPU. */
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
          "The class path has no ND4J backend: add org.nd4j:nd4j-native with the"
              + " classifier of this platform.");
    }
    if (backends.size() > 1) {
      throw PalimpsestException.configuration(
          "The class path has several ND4J backends, "
              + String.join(" and ", backends)
              + ": keep only one of them.");
    }
  }

  /** Refuses a backend with arrays outside the host's memory, before it looks for a GPU. */
  static void requireHost(String backend) {
    if (!backend.equals(HOST)) {
      throw PalimpsestException.configuration(
          "ND4J's backend on the class path is "
              + backend
              + ", which computes on a GPU, but the engine dl4j computes on the CPU: build"
              + " without the profile nd4j-cuda, or set engine = torch.");
    }
  }

  private static List<String> onClassPath() {
    return ServiceLoader.load(Nd4jBackend.class).stream()
        .map(backend -> backend.type().getSimpleName())
        .toList();
  }

  /**
   * Refuses a replica that does not fit in the memory that the JVM may use outside its heap.
   *
   * @param vectors number of flat vectors of {@code size} fp32 elements: parameters, gradients,
   *     moments
   * @param limit bytes; 0 for no limit
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

  /** Maximum memory of JavaCPP outside the heap, in bytes. */
  static long limit() {
    return Pointer.maxBytes();
  }
}
