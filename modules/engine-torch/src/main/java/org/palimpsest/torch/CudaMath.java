package org.palimpsest.torch;

import java.util.Set;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.torch.memory.NativeScope;

/** How the libraries of CUDA compute products and sums: settings of the whole process. */
final class CudaMath {
  /** The environment variable that gives cuBLAS workspaces of fixed sizes. */
  static final String WORKSPACE = "CUBLAS_WORKSPACE_CONFIG";

  /** Values with which cuBLAS adds in a fixed order, according to its documentation. */
  private static final Set<String> FIXED = Set.of(":4096:8", ":16:8");

  private CudaMath() {}

  /**
   * Refuses what this device or process cannot compute as asked.
   *
   * @param workspace value of {@link #WORKSPACE}; null if it is not set
   * @throws PalimpsestException of kind CONFIGURATION
   */
  static void require(Device device, Numerics numerics, String workspace) {
    if (numerics.precision() == Precision.TF32 && !device.isCuda()) {
      throw PalimpsestException.configuration(
          "Only CUDA GPUs compute in tf32, and training.device is "
              + device
              + ": set training.precision = fp32.");
    }
    boolean fixed = workspace != null && FIXED.contains(workspace);
    if (isFixed(numerics) && device.isCuda() && !fixed) {
      throw PalimpsestException.configuration(
          "training.deterministic on a GPU needs "
              + WORKSPACE
              + " = :4096:8 in the environment of each process that trains: set"
              + " spark.executorEnv."
              + WORKSPACE
              + " = :4096:8 (with --master local, the variable itself), or"
              + " training.deterministic = false.");
    }
  }

  private static boolean isFixed(Numerics numerics) {
    return numerics.additions() == Numerics.Additions.FIXED_ORDER;
  }

  /**
   * Sets how products read fp32 numbers, and whether operations may add in any order. Products of
   * bf16 numbers are always summed in fp32, as on a CPU.
   */
  static void use(Numerics numerics) {
    NativeScope.run(
        () -> {
          Context context = torch.globalContext();
          context.setAllowTF32CuBLAS(numerics.precision() == Precision.TF32);
          context.setAllowBF16ReductionCuBLAS(false);
          context.setDeterministicAlgorithms(isFixed(numerics), false);
          // All memory is written before it is read: filling it first would only take time.
          context.setDeterministicFillUninitializedMemory(false);
        });
  }
}
