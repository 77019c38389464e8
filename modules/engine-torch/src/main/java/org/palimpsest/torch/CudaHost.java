package org.palimpsest.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;

/**
 * What this process has to compute on GPUs.
 *
 * @param cudaBuild whether LibTorch was built with CUDA
 * @param driver whether the machine has an NVIDIA driver
 * @param version of the driver, if the machine tells
 * @param visible content of {@code CUDA_VISIBLE_DEVICES}, if it is set
 */
record CudaHost(
    boolean cudaBuild, boolean driver, Optional<String> version, Optional<String> visible) {
  /** The first driver that runs programs of CUDA 13. */
  private static final int FIRST_DRIVER = 580;

  private static final Path VERSION = Path.of("/proc/driver/nvidia/version");
  private static final Pattern NUMBER = Pattern.compile("\\b(\\d{3,4})(\\.\\d+)+\\b");

  /** This process on this machine. */
  static CudaHost here(boolean cudaBuild) {
    return new CudaHost(
        cudaBuild,
        Device.isNvidiaDriverHere(),
        version(VERSION),
        Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")));
  }

  /** The version in the file of the driver; empty without such a file. */
  static Optional<String> version(Path file) {
    try {
      Matcher number = NUMBER.matcher(Files.readString(file));
      return number.find() ? Optional.of(number.group()) : Optional.empty();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /**
   * Checks what must hold before LibTorch loads: its CUDA build ends the process without a driver.
   *
   * @throws PalimpsestException of kind CLUSTER
   */
  void requireDriver() {
    if (cudaBuild && !driver) {
      throw PalimpsestException.cluster(
          "LibTorch's CUDA build needs an NVIDIA driver, but this machine has none: install it with"
              + " CUDA 13.1 and cuDNN 9, or build without -Pcuda.");
    }
  }

  /**
   * Refuses a device that is not here.
   *
   * @param gpus number of GPUs that CUDA sees
   * @throws PalimpsestException of kind CONFIGURATION or CLUSTER
   */
  void require(Device device, long gpus) {
    if (!device.isCuda() || device.index() < gpus) {
      return;
    }
    if (!cudaBuild) {
      throw PalimpsestException.configuration(
          "This LibTorch computes on the CPU only: set device = cpu or use the CUDA build.");
    }
    if (gpus == 0) {
      throw PalimpsestException.cluster(none());
    }
    throw PalimpsestException.configuration(
        "Device "
            + device
            + " is not on this machine, which has "
            + gpus
            + (gpus == 1 ? " CUDA GPU" : " CUDA GPUs")
            + visible.map(list -> " in CUDA_VISIBLE_DEVICES = " + list).orElse("")
            + ": choose another index or set device = cpu.");
  }

  private String none() {
    Optional<String> old = version.filter(CudaHost::isOld);
    if (old.isPresent()) {
      return "This machine's NVIDIA driver "
          + old.get()
          + " is too old for CUDA 13: install version "
          + FIRST_DRIVER
          + " or later, or set device = cpu.";
    }
    return visible
        .map(
            list ->
                "CUDA sees no GPU, because CUDA_VISIBLE_DEVICES is '"
                    + list
                    + "': name a GPU there that nvidia-smi -L lists, or set device = cpu.")
        .orElse(
            "CUDA sees no GPU, although this machine has an NVIDIA driver: give the process or"
                + " container a GPU that nvidia-smi -L lists, or set device = cpu.");
  }

  private static boolean isOld(String version) {
    return Integer.parseInt(version.substring(0, version.indexOf('.'))) < FIRST_DRIVER;
  }
}
