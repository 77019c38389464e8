package org.palimpsest.model.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.model.TensorSpec;
import org.palimpsest.objective.PalimpsestException;

/**
 * Puts the tensors of a BART file in their places in the flat vector. Files of the bare {@code
 * BartModel} leave the prefix {@code model.} out; the copies of the tied embedding that some files
 * hold are passed over.
 */
final class BartWeights implements TensorSink {
  private static final String PREFIX = "model.";
  private static final Set<String> TIED =
      Set.of(
          "lm_head.weight",
          "model.encoder.embed_tokens.weight",
          "model.decoder.embed_tokens.weight");

  /** Added to the logits; nobody trains it, and our head has none. */
  static final String LOGITS_BIAS = "final_logits_bias";

  private final FlatVector into;
  private final String file;
  private final Map<String, TensorSpec> expected = new HashMap<>();
  private final Set<String> missing = new TreeSet<>();

  BartWeights(ModelSpec spec, FlatVector into, String file) {
    ParameterLayout layout = ParameterLayout.of(spec);
    if (into.size() != layout.size()) {
      throw new IllegalArgumentException(
          "a vector of " + into.size() + " for " + layout.size() + " parameters");
    }
    this.into = into;
    this.file = file;
    layout.tensors().forEach(tensor -> expected.put(tensor.name(), tensor));
    missing.addAll(expected.keySet());
  }

  @Override
  public boolean wants(TensorEntry entry) {
    String name = canonical(entry.name());
    if (name.equals(LOGITS_BIAS)) {
      return true;
    }
    if (TIED.contains(name)) {
      return false;
    }
    TensorSpec tensor = expected.get(name);
    if (tensor == null) {
      throw refused("it has a tensor " + entry.name() + " that config.json leaves no place for");
    }
    if (!entry.shape().equals(shape(tensor))) {
      throw refused(
          entry.name()
              + " has the shape "
              + entry.shape()
              + " where "
              + shape(tensor)
              + " belongs");
    }
    missing.remove(name);
    return true;
  }

  @Override
  public void accept(TensorEntry entry, long from, float[] values, int count) {
    if (entry.name().equals(LOGITS_BIAS)) {
      refuseOtherThanZero(values, count);
    } else {
      into.write(expected.get(canonical(entry.name())).offset() + from, values, 0, count);
    }
  }

  /** To be called at the end of the file. */
  void refuseMissing() {
    if (!missing.isEmpty()) {
      throw refused("it lacks " + missing.iterator().next());
    }
  }

  private String canonical(String name) {
    return name.startsWith(PREFIX) || name.equals(LOGITS_BIAS) || name.equals("lm_head.weight")
        ? name
        : PREFIX + name;
  }

  private static List<Long> shape(TensorSpec tensor) {
    List<Long> shape = new ArrayList<>();
    for (long dimension : tensor.shape()) {
      shape.add(dimension);
    }
    return shape;
  }

  private void refuseOtherThanZero(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (values[i] != 0) {
        throw refused("its " + LOGITS_BIAS + " is not zero, which no head here can add");
      }
    }
  }

  private PalimpsestException refused(String why) {
    return PalimpsestException.input(
        file + " does not hold the parameters of its folder's model: " + why + ".");
  }
}
