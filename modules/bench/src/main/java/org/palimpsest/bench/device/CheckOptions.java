package org.palimpsest.bench.device;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;

/**
 * What a check does.
 *
 * @param device which is checked
 * @param size of the models and batches that are measured
 * @param libtorch which LibTorch computes, for the report
 * @param json file for the results; empty: none
 * @param peer results of the same settings in PyTorch; empty: none
 */
record CheckOptions(
    Device device, Size size, String libtorch, Optional<Path> json, Optional<Path> peer) {
  private static final String USAGE =
      "Usage: --device cpu|cuda[:N] [--size small|full] [--libtorch NAME] [--json FILE] [--peer"
          + " FILE]";

  /** Sizes of models and batches. */
  enum Size {
    /** For a CPU, in seconds. */
    SMALL,
    /** bart-base and t5-small in the batches of a GPU. */
    FULL
  }

  /**
   * Reads the arguments of the command line.
   *
   * @throws PalimpsestException of kind CONFIGURATION that names an unknown argument
   */
  static CheckOptions parse(String[] args) {
    Optional<Device> device = Optional.empty();
    Optional<Size> size = Optional.empty();
    String libtorch = "that of the class path";
    Optional<Path> json = Optional.empty();
    Optional<Path> peer = Optional.empty();
    List<String> all = List.of(args);
    for (int i = 0; i < all.size(); i += 2) {
      String value = i + 1 < all.size() ? all.get(i + 1) : "";
      switch (all.get(i)) {
        case "--device" -> device = Optional.of(Device.parse(value));
        case "--size" -> size = Optional.of(size(value));
        case "--libtorch" -> libtorch = value;
        case "--json" -> json = Optional.of(Path.of(value));
        case "--peer" -> peer = Optional.of(Path.of(value));
        default -> throw unknown(all.get(i));
      }
    }
    Device where = device.orElseThrow(() -> unknown("no --device"));
    return new CheckOptions(
        where, size.orElse(where.isCuda() ? Size.FULL : Size.SMALL), libtorch, json, peer);
  }

  private static Size size(String text) {
    return switch (text) {
      case "small" -> Size.SMALL;
      case "full" -> Size.FULL;
      default -> throw unknown("--size " + text);
    };
  }

  private static PalimpsestException unknown(String argument) {
    return PalimpsestException.configuration(
        "The check of a device does not know '" + argument + "'. " + USAGE + ".");
  }
}
