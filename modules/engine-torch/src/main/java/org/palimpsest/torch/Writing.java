package org.palimpsest.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Sequences that are being written: what they have said, and what the encoder remembers. */
final class Writing {
  private final Workspace workspace;
  private final Tensor sourceMask;
  private final Tensor nothing;
  private final long sequences;
  private final int room;
  private final List<KeyValues> past = new ArrayList<>();
  private final List<KeyValues> remembered = new ArrayList<>();
  private int position;

  Writing(Workspace workspace, Tensor sourceMask, long sequences, int room) {
    this.workspace = workspace;
    this.sourceMask = sourceMask;
    this.nothing = workspace.numbers(new float[1]);
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
    long[] places = new long[tokens.length];
    Arrays.fill(places, position);
    return Rows.single(workspace, tokens, places);
  }

  void advance() {
    position++;
  }

  /** Sequence i goes on from what sequence {@code order[i]} was. */
  void reorder(long[] order) {
    NativeScope.run(
        () -> {
          Tensor index = workspace.indices(order);
          past.forEach(layer -> layer.reorder(index));
        });
  }

  KeyValues past(int layer) {
    return past.get(layer);
  }

  KeyValues remembered(int layer) {
    return remembered.get(layer);
  }

  /** Nothing is hidden: the sequences are equally long. */
  Tensor pastMask() {
    return nothing;
  }

  Tensor sourceMask() {
    return sourceMask;
  }
}
