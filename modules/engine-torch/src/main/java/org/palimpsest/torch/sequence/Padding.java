package org.palimpsest.torch.sequence;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Upload;

/**
 * Two forms of the same rows: packed, one example after the other, for operations on single
 * positions; and padded to a common length, for attention.
 *
 * <p>A packed tensor to pad has one additional row of zeros: padding positions are copies of it.
 */
public final class Padding {
  private final long examples;
  private final long length;
  private final long packed;
  private final Upload.Part paddedRows;
  private final Upload.Part packedRows;
  private Tensor toPadded;
  private Tensor toPacked;

  /** Adds to an upload what the two forms need; they exist after it was sent. */
  Padding(Upload upload, int[] lengths, int length) {
    this.examples = lengths.length;
    this.length = length;
    int sum = 0;
    for (int each : lengths) {
      sum += each;
    }
    this.packed = sum;
    boolean dense = sum == examples * length;
    this.paddedRows = dense ? null : upload.add(padded(lengths, length, sum));
    this.packedRows = dense ? null : upload.add(packed(lengths, length, sum));
  }

  private boolean isDense() {
    return paddedRows == null;
  }

  private Tensor toPadded() {
    toPadded = toPadded == null ? paddedRows.indices() : toPadded;
    return toPadded;
  }

  private Tensor toPacked() {
    toPacked = toPacked == null ? packedRows.indices() : toPacked;
    return toPacked;
  }

  private static int[] padded(int[] lengths, int length, int sum) {
    int[] index = new int[lengths.length * length];
    int row = 0;
    for (int example = 0; example < lengths.length; example++) {
      for (int t = 0; t < length; t++) {
        index[example * length + t] = t < lengths[example] ? row++ : sum;
      }
    }
    return index;
  }

  private static int[] packed(int[] lengths, int length, int sum) {
    int[] index = new int[sum];
    int row = 0;
    for (int example = 0; example < lengths.length; example++) {
      for (int t = 0; t < lengths[example]; t++) {
        index[row++] = example * length + t;
      }
    }
    return index;
  }

  public long examples() {
    return examples;
  }

  /** The common length. */
  public long length() {
    return length;
  }

  /** Number of rows without padding. */
  long packed() {
    return packed;
  }

  /** The padded form of a packed tensor, examples by length by columns; a view if possible. */
  public Tensor pad(Tensor rows, Buffer scratch) {
    long columns = rows.size(1);
    if (isDense()) {
      return rows.narrow(0, 0, packed).view(examples, length, columns);
    }
    Tensor padded = scratch.shaped(examples * length, columns);
    torch.index_select_out(padded, rows, 0, toPadded());
    return padded.view(examples, length, columns);
  }

  /**
   * The memory for padded rows that {@link #pack} then copies to {@code rows}: the memory of {@code
   * rows} itself if possible.
   */
  public Tensor padded(Tensor rows, Buffer scratch) {
    long columns = rows.size(1);
    return isDense()
        ? rows.narrow(0, 0, packed).view(examples, length, columns)
        : scratch.shaped(examples, length, columns);
  }

  /** Copies the rows in {@link #padded} to packed form. */
  public void pack(Tensor padded, Tensor rows) {
    if (!isDense()) {
      Tensor flat = padded.view(examples * length, padded.size(2));
      torch.index_select_out(rows.narrow(0, 0, packed), flat, 0, toPacked());
    }
  }
}
