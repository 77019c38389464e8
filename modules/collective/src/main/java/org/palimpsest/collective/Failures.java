package org.palimpsest.collective;

import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.collective.C10dCollective.Call;

/** Errors of calls of all ranks. */
final class Failures {
  private Failures() {}

  static PalimpsestException late(Call call, List<Integer> missing, RuntimeException cause) {
    return failed(
        "The replicas did not finish a "
            + call.what()
            + " within "
            + call.deadline()
            + ": "
            + (missing.isEmpty()
                ? "no rank is missing, but the network is too slow or broken; check it."
                : named(missing) + "; see the log of the executor."),
        cause);
  }

  static PalimpsestException lost(
      int rank, Call call, List<Integer> missing, RuntimeException cause) {
    return failed(
        "Rank "
            + rank
            + " lost the other replicas in a "
            + call.what()
            + ": "
            + (missing.isEmpty() ? "one of them" : RunStore.named(missing))
            + (missing.size() > 1 ? " have ended" : " has ended")
            + "; see the log of the executor.",
        cause);
  }

  static PalimpsestException stopped(int rank, Call call) {
    return PalimpsestException.cluster(
        "Rank " + rank + " was stopped while it waited for the others in a " + call.what() + ".");
  }

  /** {@code rank 1 is missing} or {@code ranks 1, 2 are missing}. */
  static String named(List<Integer> missing) {
    return RunStore.named(missing) + (missing.size() == 1 ? " is missing" : " are missing");
  }

  static PalimpsestException failed(String sentence, RuntimeException cause) {
    return new PalimpsestException(PalimpsestException.Kind.CLUSTER, sentence, cause);
  }
}
