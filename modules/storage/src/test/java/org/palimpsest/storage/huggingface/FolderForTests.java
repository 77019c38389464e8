package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.Initializer;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.bytes.ByteSource;

/** A model folder that tests write, open and spoil. */
final class FolderForTests {
  static final ObjectMapper JSON = new ObjectMapper();

  static final byte[] TOKENIZER =
      """
      {"added_tokens": [{"id": 0, "content": "<s>"}, {"id": 1, "content": "<pad>"},
       {"id": 2, "content": "</s>"}, {"id": 3, "content": "<unk>"}, {"id": 4, "content": "<mask>"}]}
      """
          .getBytes(StandardCharsets.UTF_8);

  private static final Vocabulary VOCABULARY = Vocabulary.standard(300, 100);
  private static final Configuration HADOOP = new Configuration();

  static final ModelSpec BART = ModelPreset.TINY.spec(VOCABULARY);

  /** T5 with a tied head and ReLU, on few layers of unequal number. */
  static final ModelSpec T5 = ModelPreset.T5_TINY.spec(VOCABULARY).with(Architecture.T5);

  static final ModelSpec T5_V1_1 = ModelPreset.T5_TINY.spec(VOCABULARY);

  private final Path folder;

  FolderForTests(Path folder) {
    this.folder = folder;
  }

  /** Writes a model with its first parameters. */
  void write(ModelSpec spec, long seed) {
    write(spec, initial(spec, seed));
  }

  void write(ModelSpec spec, FlatVector parameters) {
    boolean t5 = spec.architecture().norm() == Architecture.Norm.RMS;
    write(spec, parameters, t5 ? "t5" : "bart");
  }

  void write(ModelSpec spec, FlatVector parameters, Object objective) {
    ModelFolder.write(
        hadoopPath(), HADOOP, new ModelFolder.Content(spec, parameters, TOKENIZER, objective));
  }

  static HeapVector initial(ModelSpec spec, long seed) {
    HeapVector vector = new HeapVector((int) ParameterLayout.of(spec).size());
    Initializer.initialize(spec, seed, vector);
    return vector;
  }

  ModelFolder open() {
    return ModelFolder.open(hadoopPath(), HADOOP);
  }

  float[] parameters() {
    ModelFolder model = open();
    HeapVector vector = new HeapVector((int) ParameterLayout.of(model.spec()).size());
    model.readParameters(vector);
    return vector.values();
  }

  /** What the weights' file says of its tensors. */
  List<TensorEntry> entries() throws IOException {
    ByteSource source = new ByteSource.Mapped(file("model.safetensors"));
    try (SafetensorsReader reader = SafetensorsReader.open(source, "weights")) {
      return reader.entries();
    }
  }

  /**
   * Adds a tensor of the embedding's shape to the weights, as other tools do, without checksums.
   *
   * @param noise added to each element of the embedding
   */
  void addEmbedding(ModelSpec spec, String name, float noise) throws IOException {
    ParameterLayout layout = ParameterLayout.of(spec);
    HeapVector parameters = new HeapVector(parameters());
    HeapVector other = new HeapVector(parameters.values().clone());
    for (int i = 0; i < other.values().length; i++) {
      other.values()[i] += noise;
    }
    ModelKind kind = ModelKind.of(spec, "");
    SafetensorsWriter writer =
        new SafetensorsWriter().add(layout, parameters, tensor -> kind.place(tensor, spec));
    writer.add(layout.tensor(ParameterLayout.EMBEDDING), other, name);
    Files.deleteIfExists(file("palimpsest.json"));
    try (OutputStream out = Files.newOutputStream(file("model.safetensors"))) {
      writer.writeTo(out);
    }
  }

  void remove(String... keys) throws IOException {
    ObjectNode config = (ObjectNode) json("config.json");
    config.remove(List.of(keys));
    JSON.writeValue(file("config.json").toFile(), config);
  }

  JsonNode json(String name) throws IOException {
    return JSON.readTree(file(name).toFile());
  }

  /** Changes {@code config.json}. */
  void edit(String key, String value) throws IOException {
    ObjectNode config = (ObjectNode) json("config.json");
    config.set(key, JSON.readTree(value));
    JSON.writeValue(file("config.json").toFile(), config);
  }

  List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  Path path() {
    return folder;
  }

  org.apache.hadoop.fs.Path hadoopPath() {
    return new org.apache.hadoop.fs.Path(folder.toString());
  }

  String uri() {
    return "file:" + folder;
  }
}
