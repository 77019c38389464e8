package org.palimpsest.torch.sequence;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.torch.memory.Upload;
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

  /** Copies a slice to the device, in one upload. */
  public static SliceTensors of(Workspace workspace, Slice slice) {
    Upload upload = new Upload(workspace);
    Rows source = new Rows(workspace, slice.source(), upload);
    Rows target = new Rows(workspace, slice.target(), upload);
    Upload.Part counted = slice.countsAll() ? null : upload.add(slice.counted().rows());
    Upload.Part truth = upload.add(slice.counted().truth());
    float[] weights = slice.counted().weights();
    Upload.Part weighted = isWeighted(weights) ? upload.add(weights) : null;
    upload.send();
    return new SliceTensors(
        slice,
        source,
        target,
        counted == null ? null : counted.indices(),
        truth.indices(),
        weighted == null ? null : weighted.numbers().unsqueeze(1));
  }

  private static boolean isWeighted(float[] weights) {
    for (float weight : weights) {
      if (weight != 1f) {
        return true;
      }
    }
    return false;
  }

  public long countedRows() {
    return slice.counted().count();
  }

  /** Indices of the counted rows in the batch's target arrays. */
  public int[] places() {
    return slice.counted().places();
  }
}
