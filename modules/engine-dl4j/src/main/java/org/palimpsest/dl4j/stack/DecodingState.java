package org.palimpsest.dl4j.stack;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.dl4j.layer.KeyValues;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.model.replica.Spans;

/** Sequences that are being written: what they have said, and what the encoder remembers. */
public final class DecodingState implements AutoCloseable {
  private final Workspace workspace;
  private final Spans asking;
  private final Spans sources;
  private final int sequences;
  private final int room;
  private final List<KeyValues> past = new ArrayList<>();
  private final List<KeyValues> remembered = new ArrayList<>();
  private KeyValues spare;
  private int position;

  /**
   * Nothing is said yet.
   *
   * @param each sequences for each source; they lie side by side
   * @param room longest sequence
   */
  public DecodingState(Workspace workspace, Spans sources, int each, int room) {
    this.workspace = workspace;
    this.sources = sources;
    this.asking = Spans.even(sources.count(), each, each);
    this.sequences = sources.count() * each;
    this.room = room;
    this.spare = KeyValues.allocate(workspace, sequences * room);
  }

  /** Adds the encoder's memory as the next layer sees it. */
  public void projectMemory(KeyValues memory) {
    remembered.add(memory);
    past.add(KeyValues.allocate(workspace, sequences * room));
  }

  /** The rows that ask each source. */
  Spans asking() {
    return asking;
  }

  /** The rows of each source. */
  Spans sources() {
    return sources;
  }

  int sequences() {
    return sequences;
  }

  int room() {
    return room;
  }

  int position() {
    return position;
  }

  public void advance() {
    position++;
  }

  public KeyValues past(int layer) {
    return past.get(layer);
  }

  public KeyValues remembered(int layer) {
    return remembered.get(layer);
  }

  /** This step's tokens as rows. */
  public PackedSequences rows(int[] tokens) {
    return Pass.checked(workspace.spec(), PackedSequences.single(tokens, position));
  }

  /** Sequence i goes on from what sequence {@code order[i]} was. */
  public void reorder(int[] order) {
    for (int layer = 0; layer < past.size(); layer++) {
      spare.take(workspace.kernels(), past.get(layer), order, room, position);
      spare = past.set(layer, spare);
    }
  }

  @Override
  public void close() {
    past.forEach(KeyValues::free);
    remembered.forEach(KeyValues::free);
    spare.free();
  }
}
