package org.palimpsest.torch;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Workspace;

/** Says in one sentence that some examples do not fit in memory, and what would. */
final class MemoryGuard {
  private static final Pattern FREE_ON_CARD =
      Pattern.compile("of which ([0-9.]+) ([KMG]iB) is free");
  private static final Map<String, Double> UNITS =
      Map.of("KiB", 0x1p10, "MiB", 0x1p20, "GiB", 0x1p30);

  private final Workspace workspace;
  private final Footprint footprint;

  /** For passes over what a workspace has the buffers for. */
  MemoryGuard(Workspace workspace) {
    this.workspace = workspace;
    this.footprint = new Footprint(workspace.spec(), workspace.numerics());
  }

  /**
   * Runs a pass over a slice in its own native scope.
   *
   * @throws PalimpsestException of kind CONFIGURATION when LibTorch gets no memory for it
   */
  void guard(Slice slice, Runnable work) {
    try {
      NativeScope.run(work);
    } catch (RuntimeException e) {
      throw isShortage(e) ? refusal(slice, e) : e;
    }
  }

  private static boolean isShortage(RuntimeException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("not enough memory")
        || message.contains("out of memory")
        || message.contains("can't allocate memory");
  }

  private PalimpsestException refusal(Slice slice, RuntimeException cause) {
    // The memory of the buffers so far, and the memory that is free besides.
    double room = workspace.bytes() + free(String.valueOf(cause.getMessage()));
    return new PalimpsestException(
        PalimpsestException.Kind.CONFIGURATION,
        sentence(
            slice.source().spans().count(),
            slice.source().spans().longest(),
            slice.target().spans().longest(),
            room),
        cause);
  }

  /** The refusal where {@code room} bytes were there for the pass. */
  String sentence(long examples, long source, long target, double room) {
    long longest = Math.max(source, target);
    String refused =
        examples
            + (examples == 1 ? " example" : " examples")
            + " of up to "
            + longest
            + (examples == 1 ? " tokens does" : " tokens do")
            + " not fit in the device's memory beside the model: ";
    long fewer = footprint.examples(room, source, target, examples);
    if (fewer > 0) {
      return refused + fewer + " do, so set training.micro-batch-blocks = " + fewer + ".";
    }
    long shorter = footprint.longest(room, longest);
    String again = "training.activation-checkpointing = true helps too.";
    return shorter > 0
        ? refused + "blocks of " + shorter + " tokens do; " + again
        : refused + "take a smaller model, or a device with more memory; " + again;
  }

  /** Bytes that are free: as LibTorch tells it of a card, otherwise of the machine or container. */
  static double free(String message) {
    Matcher card = FREE_ON_CARD.matcher(message);
    if (card.find()) {
      return Double.parseDouble(card.group(1)) * UNITS.get(card.group(2));
    }
    var system = ManagementFactory.getOperatingSystemMXBean();
    return system instanceof OperatingSystemMXBean known ? known.getFreeMemorySize() : 0;
  }
}
