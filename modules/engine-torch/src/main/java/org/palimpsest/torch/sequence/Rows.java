package org.palimpsest.torch.sequence;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.torch.memory.Workspace;

/** Packed sequences on the device: one row per token, one example after the other. */
public final class Rows {
  /** Keys are padded to a multiple: softmax over other lengths runs at half the speed. */
  public static final int LANES = 8;

  /** Not infinity: an example without source would become NaN. */
  private static final float HIDDEN = -1e30f;

  private final Workspace workspace;
  private final PackedSequences packed;
  private final Tensor tokens;
  private final Padding asQueries;
  private final Padding asKeys;

  /** Copies sequences to the device; refuses tokens and positions that the model does not have. */
  public Rows(Workspace workspace, PackedSequences packed) {
    this.workspace = workspace;
    this.packed = packed.checked(workspace.spec().vocabulary(), workspace.spec().positions());
    tokens = workspace.indices(packed.tokens());
    int longest = Math.max(1, packed.spans().longest());
    int[] lengths = lengths();
    asQueries = new Padding(workspace, lengths, longest);
    asKeys = new Padding(workspace, lengths, (longest + LANES - 1) / LANES * LANES);
  }

  private int[] lengths() {
    return packed.spans().lengths();
  }

  /** Number of rows. */
  public long count() {
    return packed.rows();
  }

  /** Token ids, one per row. */
  public Tensor tokens() {
    return tokens;
  }

  /** Positions plus an offset, one per row. */
  public Tensor positions(int offset) {
    return workspace.indices(
        Arrays.stream(packed.positions()).map(position -> position + offset).toArray());
  }

  /** The padded form of the rows as queries. */
  public Padding asQueries() {
    return asQueries;
  }

  /** The padded form of the rows as keys. */
  public Padding asKeys() {
    return asKeys;
  }

  /** Whether the positions of each sequence are 0, 1, 2, … */
  public boolean consecutive() {
    return packed.consecutive();
  }

  /** Positions padded with 0 to the length of the keys: examples by length. */
  public Tensor paddedPositions() {
    int length = Math.toIntExact(asKeys.length());
    int[] lengths = lengths();
    int[] padded = new int[lengths.length * length];
    int row = 0;
    for (int example = 0; example < lengths.length; example++) {
      System.arraycopy(packed.positions(), row, padded, example * length, lengths[example]);
      row += lengths[example];
    }
    return workspace.indices(padded).view(lengths.length, length);
  }

  /** Hides padding keys: examples by 1 by 1 by keys; null without padding. */
  public Tensor paddingMask() {
    int width = Math.toIntExact(asKeys.length());
    int[] lengths = lengths();
    float[] mask = new float[lengths.length * width];
    boolean padded = false;
    for (int example = 0; example < lengths.length; example++) {
      Arrays.fill(mask, example * width + lengths[example], (example + 1) * width, HIDDEN);
      padded |= lengths[example] < width;
    }
    return padded ? workspace.numbers(mask).view(lengths.length, 1, 1, width) : null;
  }

  /** Hides later positions: queries by keys. */
  public Tensor causalMask() {
    long[] pairs = {asQueries.length(), asKeys.length()};
    return torch.full(pairs, new Scalar((double) HIDDEN), workspace.options()).triu(1);
  }
}
