package org.palimpsest.model;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.palimpsest.base.PalimpsestException;

/**
 * The device of a replica.
 *
 * @param type {@code cpu} or {@code cuda}
 * @param index number of the GPU; 0 for the CPU
 */
public record Device(Type type, int index) implements Serializable {
  /** The kinds of devices. */
  public enum Type {
    CPU,
    CUDA
  }

  public static final Device CPU = new Device(Type.CPU, 0);

  /** Reads {@code cpu}, {@code cuda} or {@code cuda:N}. */
  public static Device parse(String text) {
    if (text.equals("cpu")) {
      return CPU;
    }
    if (text.equals("cuda")) {
      return new Device(Type.CUDA, 0);
    }
    if (text.matches("cuda:\\d{1,4}")) {
      return new Device(Type.CUDA, Integer.parseInt(text.substring("cuda:".length())));
    }
    throw PalimpsestException.configuration(
        "Device '" + text + "' is unknown: use cpu, cuda or cuda:N.");
  }

  /**
   * Whether this machine has an NVIDIA driver; CUDA libraries crash or print stack traces without
   * it. Detected on Linux, including WSL and containers that show only the driver's device file;
   * assumed elsewhere. CUDA's library alone is no driver: images bring it along.
   */
  public static boolean isNvidiaDriverHere() {
    return isNvidiaDriverIn(System.getProperty("os.name"), Path.of("/"));
  }

  /** The same for a system with that root folder. */
  static boolean isNvidiaDriverIn(String system, Path root) {
    return !system.equals("Linux")
        || Stream.of("proc/driver/nvidia", "dev/nvidiactl", "dev/dxg")
            .anyMatch(file -> Files.exists(root.resolve(file)));
  }

  public boolean isCuda() {
    return type == Type.CUDA;
  }

  @Override
  public String toString() {
    return isCuda() ? "cuda:" + index : "cpu";
  }
}
