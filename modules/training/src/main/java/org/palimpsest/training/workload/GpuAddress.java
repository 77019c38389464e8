package org.palimpsest.training.workload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.palimpsest.base.PalimpsestException;

/**
 * The number by which CUDA knows a GPU that Spark assigned by its address. Discovery scripts print
 * numbers, or UUIDs such as {@code GPU-8f3c…} and {@code MIG-41b3…}.
 *
 * @param visible content of {@code CUDA_VISIBLE_DEVICES}, which changes CUDA's numbers of GPUs;
 *     empty if it is not set
 */
record GpuAddress(Optional<List<String>> visible) {
  private static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

  static GpuAddress ofThisProcess() {
    return of(System.getenv(VARIABLE));
  }

  static GpuAddress of(String variable) {
    return new GpuAddress(
        Optional.ofNullable(variable)
            .filter(text -> !text.isBlank())
            .map(text -> Arrays.stream(text.split(",", -1)).map(String::strip).toList()));
  }

  /**
   * The number of a GPU.
   *
   * @param machine lists the UUIDs of the machine's GPUs in their order
   * @throws PalimpsestException of kind CLUSTER if CUDA does not see such a GPU
   */
  int number(String address, Machine machine) {
    Optional<Integer> among = visible.map(list -> place(address, list)).filter(n -> n >= 0);
    if (among.isPresent()) {
      return among.get();
    }
    if (address.matches("\\d{1,4}")) {
      return Integer.parseInt(address);
    }
    if (address.startsWith("GPU-") && visible.isEmpty()) {
      int number = machine.uuids().indexOf(address);
      if (number >= 0) {
        return number;
      }
    }
    throw PalimpsestException.cluster(
        "Spark assigned the GPU "
            + address
            + ", which CUDA does not see in this executor: list it in "
            + VARIABLE
            + " of the executor, or let the discovery script print numbers, as"
            + " deploy/gpu/discover-gpus does.");
  }

  /** CUDA accepts the beginning of a UUID. */
  private static int place(String address, List<String> list) {
    for (int i = 0; i < list.size(); i++) {
      String entry = list.get(i);
      boolean isBeginning = entry.matches("(GPU|MIG)-.+") && address.startsWith(entry);
      if (entry.equals(address) || isBeginning) {
        return i;
      }
    }
    return -1;
  }

  /** What the driver of the GPUs says. */
  interface Machine {
    List<String> uuids();

    /** Asks {@code nvidia-smi}; without an answer there is no GPU. */
    static List<String> ask() {
      try {
        Process process =
            new ProcessBuilder("nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream out = process.getInputStream()) {
          List<String> uuids =
              new String(out.readAllBytes(), StandardCharsets.UTF_8)
                  .lines()
                  .map(String::strip)
                  .toList();
          return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0
              ? uuids
              : List.of();
        }
      } catch (IOException e) {
        return List.of();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      }
    }
  }
}
