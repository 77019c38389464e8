package org.palimpsest.corpus.read;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * The decoded row groups that a reader holds, as its {@link BlockOrder.Cursor} assigns them to
 * buffers. Not thread-safe.
 *
 * @param <T> a decoded row group
 */
public final class RowGroupBuffers<T> {
  private final Source<T> source;
  private final Map<Integer, Buffer<T>> buffers = new HashMap<>();
  private long epoch = -1;
  private long loaded;

  /** Reads row groups. */
  @FunctionalInterface
  public interface Source<T> {
    /** Reads and decodes a row group of a lane. */
    T read(int lane, int group);
  }

  private record Buffer<T>(long content, Map<Place, T> groups) {}

  private record Place(int lane, int group) {}

  /** Creates empty buffers. */
  public RowGroupBuffers(Source<T> source) {
    this.source = source;
  }

  /**
   * Returns a row group, and reads it if its buffer does not hold it. A buffer whose content
   * changes, and in a new epoch every buffer, is emptied first.
   */
  public T get(BlockOrder.Cursor at, int group) {
    if (at.epoch() != epoch) {
      buffers.clear();
      epoch = at.epoch();
    }
    Buffer<T> buffer = buffers.get(at.buffer());
    if (buffer == null || buffer.content != at.content()) {
      // Removed before the next one is read, so a buffer never holds two contents.
      buffers.remove(at.buffer());
      buffer = new Buffer<>(at.content(), new HashMap<>(2));
      buffers.put(at.buffer(), buffer);
    }
    Place place = new Place(at.lane(), group);
    T found = buffer.groups.get(place);
    if (found == null) {
      found = source.read(place.lane, group);
      buffer.groups.put(place, found);
      loaded++;
    }
    return found;
  }

  /** Returns how many row groups have been read. */
  public long loaded() {
    return loaded;
  }

  /** Returns how many row groups are held. */
  public long held() {
    return held(group -> 1);
  }

  /** Returns the sum of the sizes of the row groups that are held. */
  long held(ToLongFunction<T> size) {
    return buffers.values().stream()
        .flatMap(buffer -> buffer.groups.values().stream())
        .mapToLong(size)
        .sum();
  }

  /** Releases all row groups. */
  public void clear() {
    buffers.clear();
  }
}
