package org.palimpsest.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/**
 * Reads a graph that {@link ModelSerializer} has written, which may come from anywhere. Only the
 * configuration, the coefficients and the updater's state are read, and no Java object is
 * deserialized: {@code ModelSerializer} itself deserializes a preprocessor, whose class can run any
 * code.
 */
final class GraphFile implements AutoCloseable {
  private static final Set<String> READ =
      Set.of(
          ModelSerializer.CONFIGURATION_JSON,
          ModelSerializer.COEFFICIENTS_BIN,
          ModelSerializer.UPDATER_BIN);

  /** A layer takes about 2 kB. */
  private static final int LONGEST_CONFIGURATION = 1 << 24;

  /** The classes of values in a configuration; the graph's own layers are checked separately. */
  private static final Pattern KNOWN_CLASS =
      Pattern.compile(
          "org\\.deeplearning4j\\.nn\\.(conf|weights)\\.[\\w.$]+"
              + "|org\\.nd4j\\.linalg\\.(activations|learning|lossfunctions|schedule)\\.[\\w.$]+"
              + "|org\\.palimpsest\\.dl4j\\.(TokensVertex|TransformerVertex|TransformerLayer)");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final File file;
  private final ZipFile zip;

  private GraphFile(File file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /**
   * Reads a graph.
   *
   * @throws PalimpsestException of kind INPUT if the file is not such a graph, or has other entries
   */
  static ComputationGraph read(File file) {
    try (GraphFile opened = new GraphFile(file, new ZipFile(file))) {
      return opened.graph();
    } catch (PalimpsestException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Deeplearning4j throws many kinds of exceptions at a configuration that does not fit.
      throw notAGraph(file, why(e), e);
    }
  }

  private static String why(Exception e) {
    return e.getMessage() == null
        ? e instanceof EOFException ? "it ends early" : "its configuration is damaged"
        : e.getMessage().lines().findFirst().orElse("");
  }

  private ComputationGraph graph() throws IOException {
    refuseOtherEntries();
    ComputationGraphConfiguration configuration = configuration();
    ModelSpec spec = spec(configuration);
    requireLayersOf(spec, configuration);
    INDArray parameters;
    try (DataInputStream in = open(entry(ModelSerializer.COEFFICIENTS_BIN))) {
      StoredArray stored = StoredArray.header(in);
      if (stored.size() != ParameterLayout.of(spec).size()) {
        throw refused(
            "its coefficients are "
                + stored.size()
                + " numbers for a model of "
                + ParameterLayout.of(spec).size());
      }
      if (stored.type() != configuration.getDataType()) {
        throw refused("its coefficients are " + stored.type() + ", unlike its layers");
      }
      parameters = Nd4j.createUninitialized(stored.type(), 1, stored.size());
      stored.read(in, parameters);
    }
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init(parameters, false);
    if (zip.getEntry(ModelSerializer.UPDATER_BIN) != null) {
      readUpdaterState(graph);
    }
    GraphFeed.of(graph);
    return graph;
  }

  private void readUpdaterState(ComputationGraph graph) throws IOException {
    INDArray state = graph.getUpdater(true).getStateViewArray();
    try (DataInputStream in = open(entry(ModelSerializer.UPDATER_BIN))) {
      StoredArray stored = StoredArray.header(in);
      if (state == null || stored.size() != state.length() || stored.type() != state.dataType()) {
        throw refused("its updater state is not that of its updater");
      }
      stored.read(in, state);
    }
  }

  private void refuseOtherEntries() {
    Optional<String> other =
        zip.stream().map(ZipEntry::getName).filter(name -> !READ.contains(name)).findFirst();
    if (other.isPresent()) {
      throw PalimpsestException.input(
          "'"
              + file
              + "' has the entry "
              + other.get()
              + ", which can hold Java objects that run code: save the graph with"
              + " ModelSerializer.writeModel(graph, file, true), without a normalizer.");
    }
  }

  private ZipEntry entry(String name) {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw refused("it has no " + name);
    }
    return entry;
  }

  private DataInputStream open(ZipEntry entry) throws IOException {
    return new DataInputStream(new BufferedInputStream(zip.getInputStream(entry), 1 << 16));
  }

  private ComputationGraphConfiguration configuration() throws IOException {
    ZipEntry entry = entry(ModelSerializer.CONFIGURATION_JSON);
    String json;
    try (DataInputStream in = open(entry)) {
      byte[] bytes = in.readNBytes(LONGEST_CONFIGURATION + 1);
      if (bytes.length > LONGEST_CONFIGURATION) {
        throw refused("its configuration has more than " + LONGEST_CONFIGURATION + " bytes");
      }
      json = new String(bytes, StandardCharsets.UTF_8);
    }
    refuseUnknownClasses(json);
    return ComputationGraphConfiguration.fromJson(json);
  }

  /** Deeplearning4j makes an instance of every class that a configuration names. */
  private void refuseUnknownClasses(String json) {
    try {
      for (JsonNode name : JSON.readTree(json).findValues("@class")) {
        if (!KNOWN_CLASS.matcher(name.asText()).matches()) {
          throw refused("its configuration names the class " + name.asText());
        }
      }
    } catch (JsonProcessingException e) {
      throw notAGraph(file, "its configuration is not JSON", e);
    }
  }

  /** The model of a graph whose vertices all belong to one. */
  private ModelSpec spec(ComputationGraphConfiguration configuration) {
    ModelSpec spec =
        configuration.getVertices().values().stream()
            .filter(TokensVertex.class::isInstance)
            .map(vertex -> ((TokensVertex) vertex).spec())
            .findFirst()
            .orElse(null);
    configuration.getVertices().forEach((name, vertex) -> refuseForeign(name, vertex, spec));
    if (spec == null) {
      throw GraphFeed.withoutTokens();
    }
    return spec;
  }

  private void refuseForeign(String name, GraphVertex vertex, ModelSpec spec) {
    if (vertex instanceof TransformerVertex ours) {
      if (!ours.layer().spec().equals(spec)) {
        throw refused("its layer '" + name + "' is of another model than its tokens");
      }
    } else if (!(vertex instanceof TokensVertex)) {
      throw GraphFeed.unknown(name);
    }
  }

  /** A graph with the right layers in the wrong places would be refused only when it computes. */
  private void requireLayersOf(ModelSpec spec, ComputationGraphConfiguration configuration) {
    if (configuration.getVertices().size() < spec.encoderLayers() + spec.decoderLayers()) {
      throw refused("its layers are not those of its model");
    }
    ComputationGraphConfiguration expected =
        Transformers.configuration(spec, new NeuralNetConfiguration.Builder());
    if (!places(expected).equals(places(configuration))
        || !expected.getVertexInputs().equals(configuration.getVertexInputs())
        || !expected.getNetworkInputs().equals(configuration.getNetworkInputs())
        || !expected.getNetworkOutputs().equals(configuration.getNetworkOutputs())) {
      throw refused("its layers are not those of its model");
    }
    configuration.setTopologicalOrder(null);
    configuration.setTopologicalOrderStr(null);
  }

  /** What every vertex is, by name. */
  private static Map<String, String> places(ComputationGraphConfiguration configuration) {
    Map<String, String> places = new HashMap<>();
    configuration
        .getVertices()
        .forEach(
            (name, vertex) ->
                places.put(
                    name,
                    vertex instanceof TransformerVertex layer
                        ? layer.layer().kind() + " " + layer.layer().index()
                        : vertex.getClass().getName()));
    return places;
  }

  private PalimpsestException refused(String why) {
    return notAGraph(file, why, null);
  }

  private static PalimpsestException notAGraph(File file, String why, Exception cause) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT,
        "'"
            + file
            + "' is not a graph that Deeplearning4j's ModelSerializer has written ("
            + why
            + "): give the path of such a file.",
        cause);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
