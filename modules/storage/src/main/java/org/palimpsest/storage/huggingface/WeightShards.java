package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/** The weights of a model in files of limited size, each with at least one tensor. */
final class WeightShards {
  /** What files are called if there are several. */
  private static final String NAME = "model-%05d-of-%05d.safetensors";

  private static final Pattern ANY_NAME = Pattern.compile("model-\\d{5}-of-\\d{5}\\.safetensors");

  private final List<SafetensorsWriter> files = new ArrayList<>();
  private final long largest;
  private long filled;

  WeightShards(ModelKind kind, ModelFolder.Content content, long largest) {
    this.largest = largest;
    ModelSpec spec = content.spec();
    ParameterLayout layout = ParameterLayout.of(spec);
    for (TensorSpec tensor : layout.tensors()) {
      TensorSpec place = kind.place(tensor, spec);
      add(place, file -> file.add(place, content.parameters(), place.name()));
    }
    TensorSpec embedding = layout.tensor(ParameterLayout.EMBEDDING);
    for (String copy : kind.copies(spec)) {
      add(embedding, file -> file.add(embedding, content.parameters(), copy));
    }
    for (ConstantTensor constant : kind.constants(spec)) {
      if (constant.isWritten()) {
        add(constant.place(), file -> file.add(constant));
      }
    }
  }

  private void add(TensorSpec tensor, Consumer<SafetensorsWriter> adding) {
    long bytes = tensor.size() * Float.BYTES;
    if (files.isEmpty() || filled + bytes > largest) {
      files.add(new SafetensorsWriter());
      filled = 0;
    }
    filled += bytes;
    adding.accept(files.get(files.size() - 1));
  }

  /** Whether a file of that name may hold weights that this class wrote. */
  static boolean isWeights(String name) {
    return name.equals(WeightFiles.SINGLE)
        || name.equals(WeightFiles.INDEX)
        || ANY_NAME.matcher(name).matches();
  }

  /** The files by their names; one alone has no number. */
  Map<String, SafetensorsWriter> files() {
    if (files.size() == 1) {
      return Map.of(WeightFiles.SINGLE, files.get(0));
    }
    Map<String, SafetensorsWriter> named = new LinkedHashMap<>();
    for (int i = 0; i < files.size(); i++) {
      named.put(NAME.formatted(i + 1, files.size()), files.get(i));
    }
    return named;
  }

  /** The content of the index. */
  ObjectNode index() {
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    long size = files.stream().mapToLong(SafetensorsWriter::bytes).sum();
    index.putObject("metadata").put("total_size", size);
    ObjectNode map = index.putObject("weight_map");
    files().forEach((file, writer) -> writer.names().forEach(name -> map.put(name, file)));
    return index;
  }
}
