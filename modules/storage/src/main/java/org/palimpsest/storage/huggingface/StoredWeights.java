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
  private final Map<String, ConstantTensor> constants = new HashMap<>();

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
    kind.constants(spec).forEach(constant -> constants.put(constant.name(), constant));
    Map<String, TensorEntry> stored = byName(entries);
    Set<String> known = new HashSet<>(kind.ignored());
    known.addAll(constants.keySet());
    for (TensorSpec tensor : layout.tensors()) {
      TensorSpec place = kind.place(tensor, spec);
      List<String> names = new ArrayList<>(List.of(place.name()));
      names.addAll(kind.otherNames(tensor.name(), spec));
      place(place, names, stored);
      clearRowsBefore(place, tensor);
      known.addAll(names);
    }
    refuseUnknown(entries, known);
    entries.forEach(this::refuseOtherShape);
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
      throw misshapen(stored.get(name), tensor.shape());
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

  private void refuseOtherShape(TensorEntry entry) {
    ConstantTensor constant = constants.get(entry.name());
    if (constant != null && !constant.content().fits(entry.shape())) {
      throw misshapen(entry, constant.shape());
    }
  }

  private PalimpsestException misshapen(TensorEntry entry, long[] right) {
    return refused(
        entry.name() + " has the shape " + entry.shape() + " where " + shape(right) + " belongs");
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
    return places.containsKey(entry.name()) || constants.containsKey(entry.name());
  }

  @Override
  public void accept(TensorEntry entry, long from, float[] values, int count) {
    TensorSpec place = places.get(entry.name());
    if (place == null) {
      compare(constants.get(entry.name()), from, values, count);
    } else {
      into.write(place.offset() + from, values, 0, count);
    }
  }

  private void compare(ConstantTensor constant, long from, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (!constant.content().isValue(from + i, values[i])) {
        throw refused(
            "its "
                + constant.name()
                + " is not "
                + constant.content().label()
                + ", and other numbers cannot be used there");
      }
    }
  }

  private PalimpsestException refused(String why) {
    return PalimpsestException.input(
        file + " does not hold the parameters of its folder's model: " + why + ".");
  }
}
