package org.palimpsest.storage.huggingface;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;

/**
 * The tensors of a folder by their names. A config says which tensors are one, but the files
 * decide: published configs contradict their weights.
 */
final class StoredTensors implements Closeable {
  /** Elements that are compared at once. Tensors that differ do so early. */
  private static final int BLOCK = 1 << 20;

  private record Place(TensorFile reader, TensorEntry entry) {}

  private final Map<String, Place> places = new HashMap<>();
  private final List<TensorFile> readers;

  /** Takes the readers, and closes them. */
  StoredTensors(List<TensorFile> readers) {
    this.readers = List.copyOf(readers);
    for (TensorFile reader : readers) {
      reader.entries().forEach(entry -> places.put(entry.name(), new Place(reader, entry)));
    }
  }

  boolean has(String name) {
    return places.containsKey(name);
  }

  /**
   * Whether two tensors hold the same numbers.
   *
   * @throws PalimpsestException of kind INPUT if the file is damaged
   */
  boolean areEqual(StoredFolder folder, String one, String other) {
    Place left = places.get(one);
    Place right = places.get(other);
    if (!left.entry().shape().equals(right.entry().shape())) {
      return false;
    }
    try {
      return areEqual(left, right);
    } catch (IOException e) {
      throw ForeignFile.unreadable(folder, one, e);
    }
  }

  /**
   * Whether a tensor holds only zeros.
   *
   * @throws PalimpsestException of kind INPUT if the file is damaged
   */
  boolean isZero(StoredFolder folder, String name) {
    Place place = places.get(name);
    long size = place.entry().size();
    float[] some = new float[(int) Math.min(BLOCK, size)];
    try {
      for (long from = 0; from < size; from += BLOCK) {
        int count = (int) Math.min(BLOCK, size - from);
        place.reader().read(place.entry(), from, some, count);
        for (int i = 0; i < count; i++) {
          if (some[i] != 0) {
            return false;
          }
        }
      }
      return true;
    } catch (IOException e) {
      throw ForeignFile.unreadable(folder, name, e);
    }
  }

  private static boolean areEqual(Place left, Place right) throws IOException {
    long size = left.entry().size();
    float[] some = new float[(int) Math.min(BLOCK, size)];
    float[] others = new float[some.length];
    for (long from = 0; from < size; from += BLOCK) {
      int count = (int) Math.min(BLOCK, size - from);
      left.reader().read(left.entry(), from, some, count);
      right.reader().read(right.entry(), from, others, count);
      if (!Arrays.equals(some, 0, count, others, 0, count)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    readers.forEach(TensorFile::close);
  }
}
