package org.palimpsest.torch;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.torch.memory.Workspace;

/** Reports that a slice does not fit in memory, and what would fit. */
final class MemoryGuard {
  private static final Pattern FREE_ON_GPU =
      Pattern.compile("of which ([0-9.]+) ([KMG]iB) is free");
  private static final Map<String, Double> UNITS =
      Map.of("KiB", 0x1p10, "MiB", 0x1p20, "GiB", 0x1p30);

  private final Workspace workspace;
  private final Footprint footprint;

  /** Guards passes with the buffers of a workspace. */
  MemoryGuard(Workspace workspace) {
    this.workspace = workspace;
    this.footprint = new Footprint(workspace.spec(), workspace.numerics(), workspace.execution());
  }

  /**
   * Runs a pass over a slice in its own native scope.
   *
   * @throws PalimpsestException of kind CONFIGURATION when LibTorch cannot allocate memory for it
   */
  void guard(Slice slice, Runnable work) {
    try {
      workspace.beginPass();
      workspace.transfers().queue().run(work);
    } catch (RuntimeException e) {
      throw DeviceFault.isShortage(e) ? refusal(slice, e) : e;
    }
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

  /** The message for a pass with {@code room} bytes of memory. */
  String sentence(long examples, long source, long target, double room) {
    long longest = Math.max(source, target);
    String refused =
        examples
            + (examples == 1 ? " example" : " examples")
            + " of up to "
            + longest
            + (examples == 1 ? " tokens does" : " tokens do")
            + " not fit in the device's memory with the model: ";
    long fewer = footprint.examples(room, source, target, examples);
    if (fewer > 0) {
      return refused + fewer + " do, so set training.micro-batch-blocks = " + fewer + ".";
    }
    long shorter = footprint.longest(room, longest);
    String also = "training.activation-checkpointing = true also saves memory.";
    return shorter > 0
        ? refused + "blocks of " + shorter + " tokens do; " + also
        : refused + "use a smaller model, or a device with more memory; " + also;
  }

  /** Free bytes: as LibTorch reports for a GPU, otherwise of the machine or container. */
  static double free(String message) {
    Matcher gpu = FREE_ON_GPU.matcher(message);
    if (gpu.find()) {
      return Double.parseDouble(gpu.group(1)) * UNITS.get(gpu.group(2));
    }
    var system = ManagementFactory.getOperatingSystemMXBean();
    return system instanceof OperatingSystemMXBean known ? known.getFreeMemorySize() : 0;
  }
}
