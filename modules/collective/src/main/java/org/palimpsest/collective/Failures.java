package org.palimpsest.collective;

import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.collective.C10dCollective.Call;

/** What has become of a call of all ranks, in a sentence. */
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
                ? "all had come, but the network is too slow or broken."
                : RunStore.named(missing) + " did not come; the log of that executor says why."),
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
            + " has ended; the log of that executor says why.",
        cause);
  }

  static PalimpsestException failed(String sentence, RuntimeException cause) {
    return new PalimpsestException(PalimpsestException.Kind.CLUSTER, sentence, cause);
  }
}
