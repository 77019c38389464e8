package org.palimpsest.torch;

import java.util.Locale;
import org.palimpsest.model.Segments;
import org.palimpsest.objective.PalimpsestException;

/** Says in one sentence that some examples do not fit in memory, and what would. */
final class Memory {
  private Memory() {}

  /**
   * Runs work over the examples {@code from} to before {@code to}, in a native scope of its own.
   *
   * @throws PalimpsestException of kind CONFIGURATION when LibTorch gets no memory for it
   */
  static void guard(Segments segments, int from, int to, Runnable work) {
    try {
      NativeScope.run(work);
    } catch (RuntimeException e) {
      throw isShortage(e) ? refusal(segments, from, to, e) : e;
    }
  }

  private static boolean isShortage(RuntimeException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("not enough memory")
        || message.contains("out of memory")
        || message.contains("can't allocate memory");
  }

  private static PalimpsestException refusal(
      Segments segments, int from, int to, RuntimeException cause) {
    int longest = 0;
    for (int i = from; i < to; i++) {
      longest = Math.max(longest, segments.sourceLengths()[i]);
      longest = Math.max(longest, segments.targetLengths()[i]);
    }
    // What is kept grows at least with the length, and with its square for attention.
    return new PalimpsestException(
        PalimpsestException.Kind.CONFIGURATION,
        "Examples of up to "
            + longest
            + " tokens do not fit in the device's memory beside the model: blocks of "
            + Math.max(1, longest / 2)
            + " tokens take half of it or less, and training.activation-checkpointing = true"
            + " helps too.",
        cause);
  }
}
