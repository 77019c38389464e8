package org.palimpsest.torch.sequence;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.torch.memory.Workspace;

/**
 * A slice on the device.
 *
 * @param slice the same on the heap
 * @param source the encoder's rows
 * @param target the decoder's rows
 * @param counted numbers of the target rows that go through the head; null for all
 * @param truth target tokens of the counted rows
 * @param weights loss weights of the counted rows, one per row; null if all are 1
 */
public record SliceTensors(
    Slice slice, Rows source, Rows target, Tensor counted, Tensor truth, Tensor weights) {

  /** Copies a slice to the device. */
  public static SliceTensors of(Workspace workspace, Slice slice) {
    return new SliceTensors(
        slice,
        new Rows(workspace, slice.source()),
        new Rows(workspace, slice.target()),
        slice.countsAll() ? null : workspace.indices(slice.counted().rows()),
        workspace.indices(slice.counted().truth()),
        weights(workspace, slice.counted().weights()));
  }

  private static Tensor weights(Workspace workspace, float[] weights) {
    for (float weight : weights) {
      if (weight != 1f) {
        return workspace.numbers(weights).unsqueeze(1);
      }
    }
    return null;
  }

  public long countedRows() {
    return slice.counted().count();
  }

  /** Indices of the counted rows in the batch's target arrays. */
  public int[] places() {
    return slice.counted().places();
  }
}
