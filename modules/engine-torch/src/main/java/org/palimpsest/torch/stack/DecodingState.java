package org.palimpsest.torch.stack;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.torch.layer.KeyValues;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/** Cached keys and values of sequences that are decoded token by token. */
public final class DecodingState {
  private final Workspace workspace;
  private final Tensor sourceMask;
  private final long sequences;
  private final int room;
  private final List<KeyValues> past = new ArrayList<>();
  private final List<KeyValues> memories = new ArrayList<>();
  private int position;

  public DecodingState(Workspace workspace, Tensor sourceMask, long sequences, int room) {
    this.workspace = workspace;
    this.sourceMask = sourceMask;
    this.sequences = sequences;
    this.room = room;
  }

  /** Adds the next layer, with the keys and values of the encoder's output. */
  void addLayer(KeyValues memory) {
    memories.add(memory);
    past.add(KeyValues.empty(workspace, sequences, room));
  }

  /** The tokens of this step as rows. */
  public Rows rows(int[] tokens) {
    return Rows.of(workspace, PackedSequences.single(tokens, position));
  }

  public void advance() {
    position++;
  }

  /** Sequence i continues sequence {@code order[i]}. */
  public void reorder(int[] order) {
    if (isIdentity(order)) {
      return;
    }
    NativeScope.run(
        () -> {
          Tensor index = workspace.indices(order);
          past.forEach(layer -> layer.reorder(index));
        });
  }

  private static boolean isIdentity(int[] order) {
    for (int i = 0; i < order.length; i++) {
      if (order[i] != i) {
        return false;
      }
    }
    return true;
  }

  public KeyValues past(int layer) {
    return past.get(layer);
  }

  KeyValues memory(int layer) {
    return memories.get(layer);
  }

  /** Hides the sources' padding; null without padding. */
  Tensor sourceMask() {
    return sourceMask;
  }
}
