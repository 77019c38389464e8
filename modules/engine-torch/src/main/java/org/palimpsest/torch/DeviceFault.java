package org.palimpsest.torch;

import java.util.Locale;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;

/** What LibTorch's errors about a device mean. */
final class DeviceFault {
  private DeviceFault() {}

  /** Whether memory was not enough. */
  static boolean isShortage(RuntimeException e) {
    String message = message(e);
    return message.contains("not enough memory")
        || message.contains("out of memory")
        || message.contains("can't allocate memory");
  }

  /**
   * The error of the first allocations on a device.
   *
   * @param needed bytes of parameters, gradients and optimizer state
   * @return of kind CONFIGURATION or CLUSTER; the error itself if it has another cause
   */
  static RuntimeException atStart(RuntimeException e, Device device, double needed) {
    String message = message(e);
    if (isShortage(e)) {
      return shortage(e, "Parameters, gradients and optimizer state need", needed, device);
    }
    if (message.contains("busy or unavailable")) {
      return new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "Another process holds the GPU "
              + device
              + ", whose compute mode is exclusive: give each replica a GPU of its own, or set the"
              + " mode to default with nvidia-smi -c 0.",
          e);
    }
    return e;
  }

  /**
   * The error of an allocation for the rounds of a replica.
   *
   * @param needed bytes of the vector
   * @return of kind CONFIGURATION; the error itself if it has another cause
   */
  static RuntimeException forRounds(RuntimeException e, Device device, double needed) {
    return isShortage(e)
        ? shortage(e, "A vector of the outer optimizer or of compression needs", needed, device)
        : e;
  }

  private static PalimpsestException shortage(
      RuntimeException e, String need, double bytes, Device device) {
    return new PalimpsestException(
        PalimpsestException.Kind.CONFIGURATION,
        String.format(
            Locale.ROOT,
            "%s %.1f GiB, which %s does not have free: use a smaller model, or a device with more"
                + " memory.",
            need,
            bytes / (1L << 30),
            device),
        e);
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
  }
}
