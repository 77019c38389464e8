package org.palimpsest.torch;

import org.palimpsest.model.Device;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.replica.SliceLoop;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.torch.memory.Execution;

/** Rows of a slice with which matrix products reach full speed, as far as they fit. */
final class SliceSize {
  /** In bf16 adding to the gradients costs more, and happens once per slice. */
  private static final int BF16_ELEMENTS = 1 << 20;

  /** GPUs need large products; larger ones than these are no faster. */
  private static final int GPU_ELEMENTS = 1 << 24;

  /** If results must not depend on free memory: slices that most GPUs have room for. */
  private static final int REPEATABLE_ELEMENTS = 1 << 22;

  /** Share of a GPU's free memory that the estimate of a slice may reach. */
  private static final double SHARE = 0.75;

  private SliceSize() {}

  /**
   * Rows of a slice on a device. On a GPU, those that fit in the memory that is free now, when
   * parameters, gradients, optimizer state and vectors of rounds are already there; a constant with
   * a fixed order of additions, because the slices decide how gradients are added and what dropout
   * drops.
   */
  static int rows(ModelSpec spec, Numerics numerics, Device device, DeviceMemory memory) {
    if (!device.isCuda()) {
      return numerics.precision() == Precision.BF16
          ? SliceLoop.rows(spec.width(), BF16_ELEMENTS)
          : SliceLoop.rows(spec.width());
    }
    if (numerics.additions() == Numerics.Additions.FIXED_ORDER) {
      return SliceLoop.rows(spec.width(), REPEATABLE_ELEMENTS);
    }
    int most = SliceLoop.rows(spec.width(), GPU_ELEMENTS);
    int length = spec.positions();
    double room = SHARE * memory.free(device);
    long below = most / length + 2L;
    long examples =
        new Footprint(spec, numerics, Execution.GPU).examples(room, length, length, below);
    return (int) Math.max(1, Math.min(most, examples * length));
  }
}
