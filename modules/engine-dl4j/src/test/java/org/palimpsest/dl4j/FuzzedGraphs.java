package org.palimpsest.dl4j;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.learning.config.Adam;
import org.palimpsest.model.fuzz.Fuzzer;
import org.palimpsest.model.fuzz.Mutator;
import org.palimpsest.model.spec.ModelSpec;

/** Restores graphs from damaged zip files, and from zip files with damaged entries. */
final class FuzzedGraphs {
  private static final ModelSpec SPEC = new ModelSpec(20, 8, 8, 2, 1, 1, 32, 0.1, 0, 1, 2, 2);

  private FuzzedGraphs() {}

  public static void main(String[] arguments) throws Exception {
    Fuzzer.main(FuzzedGraphs::targets, arguments);
  }

  private static Map<String, Fuzzer.Target> targets(Path folder) throws IOException {
    Path valid = folder.resolve("valid.zip");
    ComputationGraph graph =
        new ComputationGraph(
            Transformers.configuration(
                SPEC, new NeuralNetConfiguration.Builder().seed(7).updater(new Adam(5e-3))));
    graph.init();
    ModelSerializer.writeModel(graph, valid.toFile(), true);
    byte[] zip = Files.readAllBytes(valid);
    Map<String, byte[]> entries = entries(valid);
    return Map.of(
        "graph", seed -> restore(folder, Mutator.binary(zip, seed)),
        "configuration of a graph",
            seed -> restore(folder, changed(entries, ModelSerializer.CONFIGURATION_JSON, seed)),
        "coefficients of a graph",
            seed -> restore(folder, changed(entries, ModelSerializer.COEFFICIENTS_BIN, seed)),
        "updater state of a graph",
            seed -> restore(folder, changed(entries, ModelSerializer.UPDATER_BIN, seed)));
  }

  private static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] changed(Map<String, byte[]> entries, String name, long seed)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(
            entry.getKey().equals(name) ? mutant(name, entry.getValue(), seed) : entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] mutant(String name, byte[] valid, long seed) {
    return name.endsWith(".json") ? Mutator.text(valid, seed) : Mutator.binary(valid, seed);
  }

  private static void restore(Path folder, byte[] zip) throws IOException {
    Path file = folder.resolve("mutant.zip");
    Files.write(file, zip);
    ComputationGraph graph = Transformers.restore(file.toFile());
    Transformers.spec(graph);
    graph.close();
  }
}
