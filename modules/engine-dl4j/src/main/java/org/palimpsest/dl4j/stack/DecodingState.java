package org.palimpsest.dl4j.stack;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.dl4j.layer.KeyValues;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.model.replica.Spans;

/** Cached keys and values of sequences that are decoded token by token. */
public final class DecodingState implements AutoCloseable {
  private final Workspace workspace;
  private final Spans queries;
  private final Spans sources;
  private final int sequences;
  private final int room;
  private final List<KeyValues> past = new ArrayList<>();
  private final List<KeyValues> memories = new ArrayList<>();
  private KeyValues spare;
  private int position;

  /**
   * A state before the first token.
   *
   * @param each sequences per source, which are adjacent
   * @param room tokens of the longest sequence
   */
  public DecodingState(Workspace workspace, Spans sources, int each, int room) {
    this.workspace = workspace;
    this.sources = sources;
    this.queries = Spans.even(sources.count(), each, each);
    this.sequences = sources.count() * each;
    this.room = room;
    this.spare = KeyValues.allocate(workspace, sequences * room);
  }

  /** Adds the next layer, with the keys and values of the encoder's output. */
  public void addLayer(KeyValues memory) {
    memories.add(memory);
    past.add(KeyValues.allocate(workspace, sequences * room));
  }

  /** The rows that attend to each source. */
  Spans queries() {
    return queries;
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

  public KeyValues memory(int layer) {
    return memories.get(layer);
  }

  /** The tokens of this step as rows. */
  public PackedSequences rows(int[] tokens) {
    return Pass.checked(workspace.spec(), PackedSequences.single(tokens, position));
  }

  /** Sequence i continues sequence {@code order[i]}. */
  public void reorder(int[] order) {
    for (int layer = 0; layer < past.size(); layer++) {
      spare.copyFrom(workspace.kernels(), past.get(layer), order, room, position);
      spare = past.set(layer, spare);
    }
  }

  @Override
  public void close() {
    past.forEach(KeyValues::free);
    memories.forEach(KeyValues::free);
    spare.free();
  }
}
