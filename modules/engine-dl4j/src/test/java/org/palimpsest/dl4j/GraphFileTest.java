package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.spec.ModelSpec;

/** Saved graphs from elsewhere. */
@Tag("slow")
class GraphFileTest {
  private static final ModelSpec SPEC = new ModelSpec(20, 8, 8, 2, 1, 1, 32, 0.1, 0, 1, 2, 2);

  private static boolean ran;

  @TempDir private Path folder;

  /** An object whose deserialization runs code. */
  private static final class Trap implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      ran = true;
    }
  }

  @BeforeEach
  void reset() {
    ran = false;
  }

  private static ComputationGraph graph(IUpdater updater, DataType type) {
    NeuralNetConfiguration.Builder settings =
        new NeuralNetConfiguration.Builder().seed(7).updater(updater).dataType(type);
    ComputationGraph graph = new ComputationGraph(Transformers.configuration(SPEC, settings));
    graph.init();
    return graph;
  }

  private File saved(ComputationGraph graph) throws IOException {
    File file = folder.resolve("graph.zip").toFile();
    ModelSerializer.writeModel(graph, file, true);
    return file;
  }

  private Map<String, byte[]> entries() throws IOException {
    File file = saved(graph(new Adam(5e-3), DataType.FLOAT));
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file)) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private File zip(Map<String, byte[]> entries) throws IOException {
    Path file = folder.resolve("changed.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return file.toFile();
  }

  private File changed(UnaryOperator<String> change) throws IOException {
    Map<String, byte[]> entries = entries();
    entries.computeIfPresent(
        ModelSerializer.CONFIGURATION_JSON,
        (name, bytes) ->
            change
                .apply(new String(bytes, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8));
    return zip(entries);
  }

  private static void assertRefused(File file, String why) {
    assertThatThrownBy(() -> Transformers.restore(file))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.INPUT))
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"preprocessor.bin", "normalizer.bin", "objects/extra"})
  void refusesEntriesThatCanHoldObjects(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Trap());
    }
    Map<String, byte[]> entries = entries();
    entries.put(name, bytes.toByteArray());
    assertRefused(
        zip(entries), "has the entry " + name + ", which can hold Java objects that run code");
    assertThat(ran).as("an object of the file was deserialized").isFalse();
  }

  @Test
  void refusesAClassThatIsNotPartOfAGraph() throws IOException {
    File file =
        changed(json -> json.replace("org.nd4j.linalg.learning.config.Adam", "javax.swing.JFrame"));
    assertRefused(file, "its configuration names the class javax.swing.JFrame");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\\"vocabulary\\\":20 | \\\"vocabulary\\\":2000000 | its coefficients are 1968 numbers"
            + " for",
        "\\\"encoderLayers\\\":1 | \\\"encoderLayers\\\":2 | its layers are not those of its model",
        "\\\"encoderLayers\\\":1 | \\\"encoderLayers\\\":2000000000 | model.encoder-layers is",
        "\\\"encoderLayers\\\":1 | \\\"encoderLayers\\\":4096 | its layers are not those of its"
            + " model",
        "\\\"width\\\":8 | \\\"width\\\":-8 | model.width is -8",
        "\\\"width\\\":8 | \\\"breadth\\\":8 | has no model specification",
        "\"model\" : | \"no-model\" : | has no model specification (it is not set)",
        "\"FLOAT\" | \"DOUBLE\" | its coefficients are FLOAT, unlike its layers",
        "ENCODER_LAYER | DECODER_LAYER | its layers are not those of its model",
        "\"index\" : 0 | \"index\" : -1 | its layers are not those of its model",
        "\"encoder-0\" : [ \"source-embedding\" ] | \"encoder-0\" : [ \"head\" ] | its layers are"
            + " not those of its model",
      })
  void refusesADamagedConfiguration(String from, String to, String why) throws IOException {
    assertRefused(changed(json -> json.replace(from, to)), why);
  }

  @Test
  void refusesAConfigurationThatIsNotJson() throws IOException {
    assertRefused(changed(json -> json.substring(9)), "its configuration is not JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"configuration.json", "coefficients.bin"})
  void refusesAMissingEntry(String name) throws IOException {
    Map<String, byte[]> entries = entries();
    entries.remove(name);
    assertRefused(zip(entries), "it has no " + name);
  }

  private static byte[] array(long[] shape, String type, long length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("MIXED_DATA_TYPES");
    out.writeLong(shape.length);
    out.writeUTF("LONG");
    for (long number : shape) {
      out.writeLong(number);
    }
    out.writeUTF("MIXED_DATA_TYPES");
    out.writeLong(length);
    out.writeUTF(type);
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "1 1968 1 0 1 99, FLOAT, 1000000000000, is not a vector",
    "1 1000000000000 1 0 1 99, FLOAT, 1000000000000, its coefficients are 1000000000000 numbers",
    "1 -5 1 0 1 99, FLOAT, -5, is not a vector",
    "2 984 2 2 1 0 1 99, FLOAT, 1968, is not a vector",
    "2 1 1968 1968 1 0 1 99, INT, 1968, is not a vector",
    "3 1 1968 1968 1 0 1 99, FLOAT, 1968, damaged shape",
    "-1 1, FLOAT, 1968, damaged shape",
    "2 1 1968 7777777 1 0 1 99, FLOAT, 1968, is not a graph", // no element follows
  })
  void refusesDamagedCoefficients(String shape, String type, long length, String why)
      throws IOException {
    long[] numbers = java.util.Arrays.stream(shape.split(" ")).mapToLong(Long::parseLong).toArray();
    Map<String, byte[]> entries = entries();
    entries.put(ModelSerializer.COEFFICIENTS_BIN, array(numbers, type, length));
    assertRefused(zip(entries), why);
  }

  @Test
  void ordersLayersByTheirInputs() throws IOException {
    File file = changed(json -> json.replace("[ 0, 1, 2, 3, 4, 5, 6, 7 ]", "[ 7, 99, -1 ]"));
    ComputationGraph restored = Transformers.restore(file);
    assertThat(restored.topologicalSortOrder()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void refusesTheStateOfAnotherUpdater() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put(ModelSerializer.UPDATER_BIN, entries.get(ModelSerializer.COEFFICIENTS_BIN));
    assertRefused(zip(entries), "its updater state is not that of its updater");
  }

  @Test
  void restoresDoublePrecision() throws IOException {
    ComputationGraph graph = graph(new Adam(5e-3), DataType.DOUBLE);
    graph.fit(DataSets.of(Examples.batch(SPEC, new Random(3), 4)));
    ComputationGraph restored = Transformers.restore(saved(graph));
    assertThat(restored.params().data().asDouble()).isEqualTo(graph.params().data().asDouble());
    assertThat(restored.getUpdater().getStateViewArray().data().asDouble())
        .isEqualTo(graph.getUpdater().getStateViewArray().data().asDouble());
  }

  @Test
  void restoresAGraphWithoutUpdaterState() throws IOException {
    ComputationGraph graph = graph(new Sgd(0.1), DataType.FLOAT);
    assertThat(Transformers.restore(saved(graph)).params().data().asFloat())
        .isEqualTo(graph.params().data().asFloat());
  }
}
