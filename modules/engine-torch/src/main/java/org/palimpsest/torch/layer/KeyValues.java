package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.Workspace;

/** Cached keys and values: examples by heads by positions by head width. */
public final class KeyValues {
  private final long heads;
  private final Tensor keys;
  private final Tensor values;
  private int length;

  private KeyValues(long heads, Tensor keys, Tensor values, int length) {
    this.heads = heads;
    this.keys = keys;
    this.values = values;
    this.length = length;
  }

  /** A complete cache, from examples by positions by width. */
  static KeyValues of(long heads, Tensor keys, Tensor values) {
    return new KeyValues(
        heads,
        split(heads, keys).contiguous(),
        split(heads, values).contiguous(),
        Math.toIntExact(keys.size(1)));
  }

  /** An empty cache with room for {@code room} positions. */
  public static KeyValues empty(Workspace workspace, long examples, int room) {
    long heads = workspace.spec().heads();
    long[] shape = {examples, heads, room, workspace.spec().headWidth()};
    return new KeyValues(
        heads,
        torch.zeros(shape, workspace.operandOptions()),
        torch.zeros(shape, workspace.operandOptions()),
        0);
  }

  /** Number of cached positions. */
  int length() {
    return length;
  }

  long examples() {
    return keys.size(0);
  }

  /** Appends one position per example: examples by width. */
  void append(Tensor key, Tensor value) {
    keys.narrow(2, length, 1).copy_(split(key));
    values.narrow(2, length, 1).copy_(split(value));
    length++;
  }

  /** Example i continues example {@code order[i]}. */
  public void reorder(Tensor order) {
    keys().copy_(keys().index_select(0, order));
    values().copy_(values().index_select(0, order));
  }

  Tensor keys() {
    return keys.narrow(2, 0, length);
  }

  Tensor values() {
    return values.narrow(2, 0, length);
  }

  /** Rows by width, or examples by rows by width, as examples by heads by rows by head width. */
  Tensor split(Tensor rows) {
    return split(heads, rows.dim() == 2 ? rows.unsqueeze(1) : rows);
  }

  private static Tensor split(long heads, Tensor rows) {
    return rows.view(rows.size(0), rows.size(1), heads, rows.size(2) / heads).transpose(1, 2);
  }
}
