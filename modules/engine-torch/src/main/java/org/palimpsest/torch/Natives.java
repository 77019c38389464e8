package org.palimpsest.torch;

import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Device;
import org.palimpsest.objective.PalimpsestException;

/**
 * The native libraries of this JVM, loaded once. Loading unpacks hundreds of megabytes on a
 * machine's first use.
 */
final class Natives {
  private final boolean cuda;
  private int blasThreads;

  private Natives() {
    cuda = torch.hasCUDA();
  }

  /** Loads on first use; later calls cost nothing. */
  static Natives loaded() {
    return Holder.INSTANCE;
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

  private static final class Holder {
    static final Natives INSTANCE = new Natives();
  }
}
