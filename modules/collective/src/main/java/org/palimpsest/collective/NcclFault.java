package org.palimpsest.collective;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.collective.C10dCollective.Call;

/** Errors of NCCL as sentences that say what to set. */
final class NcclFault {
  /** The setting that avoids NCCL. */
  private static final String OTHERWISE = ", or set training.collective.gpus = gloo.";

  /**
   * Variables without which LibTorch ends the process when another rank is lost, and their values.
   */
  private static final List<String> CALM =
      List.of("TORCH_NCCL_ASYNC_ERROR_HANDLING", "TORCH_NCCL_ENABLE_MONITORING");

  private NcclFault() {}

  /** The error of a call. */
  static PalimpsestException of(
      int rank, Call call, List<Integer> missing, RuntimeException cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("no socket interface found") || message.contains("NCCL_SOCKET_IFNAME")) {
      return Failures.failed(
          "NCCL finds no network interface on the machine of rank "
              + rank
              + ": set NCCL_SOCKET_IFNAME in the environment of the executors"
              + " (spark.executorEnv.NCCL_SOCKET_IFNAME) to the interface by which they reach each"
              + " other"
              + OTHERWISE,
          cause);
    }
    if (message.contains("Duplicate GPU detected")) {
      return Failures.failed(
          "Two replicas compute on one GPU, which NCCL refuses: give each replica a GPU of its own"
              + " (spark.task.resource.gpu.amount = 1)"
              + OTHERWISE,
          cause);
    }
    return Failures.lost(rank, call, missing, cause);
  }

  /** NCCL or its Java binding does not load. */
  static PalimpsestException unloadable(Throwable error) {
    Throwable first = error;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return new PalimpsestException(
        PalimpsestException.Kind.CLUSTER,
        "NCCL does not load on this machine ("
            + first.getMessage()
            + "): it needs a build with -Pcuda and NCCL 2 for CUDA 13; install them"
            + OTHERWISE,
        error);
  }

  /**
   * Refuses an environment in which LibTorch would end the process.
   *
   * @throws PalimpsestException of kind CONFIGURATION
   */
  static void requireCalm(Map<String, String> environment) {
    Optional<String> unset =
        CALM.stream().filter(name -> !"0".equals(environment.get(name))).findFirst();
    if (unset.isPresent()) {
      throw PalimpsestException.configuration(
          "training.collective.gpus = nccl needs "
              + unset.get()
              + " = 0 in the environment of the executors, because LibTorch would end their"
              + " processes when a replica is lost: set spark.executorEnv."
              + unset.get()
              + " = 0"
              + OTHERWISE);
    }
  }
}
