package org.palimpsest.model;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.palimpsest.base.PalimpsestException;

/**
 * Where a replica computes.
 *
 * @param type {@code cpu} or {@code cuda}
 * @param index ordinal of the card; 0 for the CPU
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
   * Whether this machine has NVIDIA's driver, which libraries for cards end the process or print
   * their stacks without. Linux, also under Windows, tells; elsewhere it is taken to be there.
   */
  public static boolean isNvidiaDriverHere() {
    return !System.getProperty("os.name").equals("Linux")
        || Files.exists(Path.of("/proc/driver/nvidia"))
        || Files.exists(Path.of("/dev/dxg"));
  }

  public boolean isCuda() {
    return type == Type.CUDA;
  }

  @Override
  public String toString() {
    return isCuda() ? "cuda:" + index : "cpu";
  }
}
