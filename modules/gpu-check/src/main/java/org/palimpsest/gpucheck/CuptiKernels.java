package org.palimpsest.gpucheck;

import java.util.List;
import org.bytedeco.cuda.global.cupti;
import org.bytedeco.javacpp.Loader;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.bench.device.Kernels;

/** Kernels by CUPTI's activity records: LibTorch's Java binding cannot start its profiler. */
public final class CuptiKernels implements Kernels {
  /** CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL, without loading the library that has its name. */
  static final int KIND = 10;

  /** CUPTI_ACTIVITY_FLAG_FLUSH_FORCED. */
  private static final int FORCED = 1;

  @Override
  public List<Kernel> during(Runnable work) {
    try {
      Loader.load(cupti.class);
    } catch (LinkageError e) {
      throw unloadable(e);
    }
    KernelSums sums = new KernelSums();
    KernelRecords records = new KernelRecords(sums);
    check("register", cupti.cuptiActivityRegisterCallbacks(records.request(), records.complete()));
    check("enable", cupti.cuptiActivityEnable(KIND));
    try {
      work.run();
    } finally {
      check("flush", cupti.cuptiActivityFlushAll(FORCED));
      check("disable", cupti.cuptiActivityDisable(KIND));
    }
    return sums.slowest();
  }

  private static void check(String step, int status) {
    if (status != 0) {
      throw PalimpsestException.cluster(
          "CUPTI refuses to record kernels (" + step + ": error " + status + ").");
    }
  }

  private static PalimpsestException unloadable(LinkageError error) {
    Throwable first = error;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return new PalimpsestException(
        PalimpsestException.Kind.CLUSTER,
        "CUPTI 13 does not load on this machine (" + first.getMessage() + ").",
        error);
  }
}
