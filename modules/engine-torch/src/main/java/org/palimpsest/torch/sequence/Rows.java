package org.palimpsest.torch.sequence;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.torch.memory.Upload;
import org.palimpsest.torch.memory.Workspace;

/** Packed sequences on the device: one row per token, one example after the other. */
public final class Rows {
  /** Keys are padded to a multiple: softmax over other lengths runs at half the speed. */
  public static final int LANES = 8;

  /** Not infinity: an example without source would become NaN. */
  private static final float HIDDEN = -1e30f;

  private final Workspace workspace;
  private final PackedSequences packed;
  private final Padding asQueries;
  private final Padding asKeys;
  private final Upload.Part tokenPart;
  private final Upload.Part positionPart;
  private final Upload.Part lengthPart;
  private Tensor tokens;
  private Tensor positions;

  /** Copies sequences to the device; refuses tokens and positions that the model does not have. */
  public static Rows of(Workspace workspace, PackedSequences packed) {
    Upload upload = new Upload(workspace);
    Rows rows = new Rows(workspace, packed, upload);
    upload.send();
    return rows;
  }

  /** The same by an upload that is sent later. */
  Rows(Workspace workspace, PackedSequences packed, Upload upload) {
    this.workspace = workspace;
    this.packed = packed.checked(workspace.spec().vocabulary(), workspace.spec().positions());
    int longest = Math.max(1, packed.spans().longest());
    int[] lengths = lengths();
    asQueries = new Padding(upload, lengths, longest);
    int keys = (longest + LANES - 1) / LANES * LANES;
    asKeys = keys == longest ? asQueries : new Padding(upload, lengths, keys);
    tokenPart = upload.add(packed.tokens());
    lengthPart = upload.add(lengths);
    boolean pairs =
        workspace.spec().architecture().positions() instanceof PositionEncoding.RelativeBias;
    if (pairs) {
      positionPart = consecutive() ? null : upload.add(padded(keys));
    } else {
      positionPart = upload.add(packed.positions());
    }
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
    tokens = tokens == null ? tokenPart.indices() : tokens;
    return tokens;
  }

  /**
   * Positions plus an offset, one per row.
   *
   * @param offset always the same
   */
  public Tensor positions(int offset) {
    positions = positions == null ? positionPart.indices().add(new Scalar(offset)) : positions;
    return positions;
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

  /**
   * Positions that are not consecutive, padded with 0 to the length of the keys: examples by
   * length. For models with relative bias.
   */
  public Tensor paddedPositions() {
    return positionPart.indices().view(asKeys.examples(), asKeys.length());
  }

  private int[] padded(int length) {
    int[] lengths = lengths();
    int[] padded = new int[lengths.length * length];
    int row = 0;
    for (int example = 0; example < lengths.length; example++) {
      System.arraycopy(packed.positions(), row, padded, example * length, lengths[example]);
      row += lengths[example];
    }
    return padded;
  }

  /** Hides padding keys: examples by 1 by 1 by keys; null without padding. */
  public Tensor paddingMask() {
    long keys = asKeys.length();
    if (Arrays.stream(lengths()).allMatch(length -> length == keys)) {
      return null;
    }
    Tensor ends = lengthPart.indices().unsqueeze(1);
    Tensor beyond = torch.arange(new Scalar(keys), ends.options()).ge(ends);
    Tensor mask = torch.zeros(new long[] {ends.size(0), keys}, workspace.options());
    return mask.masked_fill_(beyond, new Scalar((double) HIDDEN)).view(-1, 1, 1, keys);
  }

  /** Hides later positions: queries by keys. */
  public Tensor causalMask() {
    long[] pairs = {asQueries.length(), asKeys.length()};
    return torch.full(pairs, new Scalar((double) HIDDEN), workspace.options()).triu(1);
  }
}
