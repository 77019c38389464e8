package org.palimpsest.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Sequences that are being written: what they have said, and what the encoder remembers. */
final class Writing {
  private final Workspace workspace;
  private final Tensor sourceMask;
  private final long sequences;
  private final int room;
  private final List<KeyValues> past = new ArrayList<>();
  private final List<KeyValues> remembered = new ArrayList<>();
  private int position;

  Writing(Workspace workspace, Tensor sourceMask, long sequences, int room) {
    this.workspace = workspace;
    this.sourceMask = sourceMask;
    this.sequences = sequences;
    this.room = room;
  }

  /** Adds the encoder's memory as the next layer sees it. */
  void remember(KeyValues memory) {
    remembered.add(memory);
    past.add(KeyValues.empty(workspace, sequences, room));
  }

  /** This step's tokens as rows. */
  Rows rows(long[] tokens) {
    return Rows.single(workspace, tokens, position);
  }

  void advance() {
    position++;
  }

  /** Sequence i goes on from what sequence {@code order[i]} was. */
  void reorder(long[] order) {
    if (isIdentity(order)) {
      return;
    }
    NativeScope.run(
        () -> {
          Tensor index = workspace.indices(order);
          past.forEach(layer -> layer.reorder(index));
        });
  }

  private static boolean isIdentity(long[] order) {
    for (int i = 0; i < order.length; i++) {
      if (order[i] != i) {
        return false;
      }
    }
    return true;
  }

  KeyValues past(int layer) {
    return past.get(layer);
  }

  KeyValues remembered(int layer) {
    return remembered.get(layer);
  }

  /** Hides the sources' padding; null for none. */
  Tensor sourceMask() {
    return sourceMask;
  }
}
