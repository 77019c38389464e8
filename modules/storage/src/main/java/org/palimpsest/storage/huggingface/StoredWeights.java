package org.palimpsest.storage.huggingface;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * Which tensors of some files go where in the flat vector. That all are there, in their shapes and
 * nothing beside them, is known before the first is read.
 */
final class StoredWeights implements TensorSink {
  private final FlatVector into;
  private final String file;
  private final Map<String, TensorSpec> places = new HashMap<>();
  private final Map<String, long[]> zeros;

  /**
   * Finds the place of every tensor.
   *
   * @param entries all tensors of all files
   * @param file how messages call them
   * @throws PalimpsestException of kind INPUT if these are not the model's
   */
  StoredWeights(
      ModelSpec spec, ModelKind kind, List<TensorEntry> entries, FlatVector into, String file) {
    ParameterLayout layout = ParameterLayout.of(spec);
    if (into.size() != layout.size()) {
      throw new IllegalArgumentException(
          "a vector of " + into.size() + " for " + layout.size() + " parameters");
    }
    this.into = into;
    this.file = file;
    this.zeros = kind.zeros(spec);
    Map<String, TensorEntry> stored = byName(entries);
    Set<String> known = new HashSet<>(kind.ignored());
    known.addAll(zeros.keySet());
    for (TensorSpec tensor : layout.tensors()) {
      TensorSpec place = kind.place(tensor, spec);
      List<String> names = new ArrayList<>(List.of(place.name()));
      names.addAll(kind.otherNames(tensor.name(), spec));
      place(place, names, stored);
      clearRowsBefore(place, tensor);
      known.addAll(names);
    }
    refuseUnknown(entries, known);
  }

  private Map<String, TensorEntry> byName(List<TensorEntry> entries) {
    Map<String, TensorEntry> stored = new HashMap<>();
    for (TensorEntry entry : entries) {
      if (stored.put(entry.name(), entry) != null) {
        throw refused("it has the tensor " + entry.name() + " twice");
      }
    }
    return stored;
  }

  private void place(TensorSpec tensor, List<String> names, Map<String, TensorEntry> stored) {
    String name =
        names.stream()
            .filter(stored::containsKey)
            .findFirst()
            .orElseThrow(() -> refused("it lacks " + names.get(0)));
    List<Long> shape = stored.get(name).shape();
    if (!shape.equals(shape(tensor.shape()))) {
      throw refused(
          name + " has the shape " + shape + " where " + shape(tensor.shape()) + " belongs");
    }
    places.put(name, tensor);
  }

  /** Rows that files leave out are never read; zeros make exports and digests repeatable. */
  private void clearRowsBefore(TensorSpec place, TensorSpec tensor) {
    int count = Math.toIntExact(place.offset() - tensor.offset());
    into.write(tensor.offset(), new float[count], 0, count);
  }

  private void refuseUnknown(List<TensorEntry> entries, Set<String> known) {
    for (TensorEntry entry : entries) {
      if (!known.contains(entry.name())) {
        throw refused("it has a tensor " + entry.name() + " that config.json leaves no place for");
      }
    }
  }

  private static List<Long> shape(long[] dimensions) {
    List<Long> shape = new ArrayList<>();
    for (long dimension : dimensions) {
      shape.add(dimension);
    }
    return shape;
  }

  /** Copies of what is tied, and what the model has no use for, are passed over. */
  @Override
  public boolean wants(TensorEntry entry) {
    return places.containsKey(entry.name()) || zeros.containsKey(entry.name());
  }

  @Override
  public void accept(TensorEntry entry, long from, float[] values, int count) {
    TensorSpec place = places.get(entry.name());
    if (place == null) {
      refuseOtherThanZero(entry.name(), values, count);
    } else {
      into.write(place.offset() + from, values, 0, count);
    }
  }

  private void refuseOtherThanZero(String name, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (values[i] != 0) {
        throw refused("its " + name + " is not zero, which no head here can add");
      }
    }
  }

  private PalimpsestException refused(String why) {
    return PalimpsestException.input(
        file + " does not hold the parameters of its folder's model: " + why + ".");
  }
}
