package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/**
 * A finished model as Hugging Face's tools load it: {@code config.json}, {@code model.safetensors},
 * {@code tokenizer.json}, {@code tokenizer_config.json}, {@code generation_config.json}, for {@code
 * BartForConditionalGeneration} or {@code T5ForConditionalGeneration}; and {@code palimpsest.json},
 * which says what objective the model was trained with and holds size and checksum of weights and
 * tokenizer.
 *
 * <p>{@code config.json} is written last: a folder without it is no model. Folders that other tools
 * wrote are read too, with their weights in one file or in several.
 */
public final class ModelFolder {
  static final String CONFIG = "config.json";
  static final String WEIGHTS = WeightFiles.SINGLE;
  static final String TOKENIZER = "tokenizer.json";
  static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  static final String GENERATION = "generation_config.json";
  static final String ORIGIN = "palimpsest.json";

  /** All of them, in the order in which they come into place. */
  static final List<String> FILES =
      List.of(WEIGHTS, TOKENIZER, TOKENIZER_CONFIG, GENERATION, ORIGIN, CONFIG);

  /** The largest published ones have 35 MB. */
  private static final int LONGEST_TOKENIZER = 100_000_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredFolder folder;
  private final WeightFiles weights;
  private final ModelKind kind;
  private final ModelSpec spec;
  private final JsonNode origin;

  private ModelFolder(StoredFolder folder, WeightFiles weights, ConfigJson config) {
    this.folder = folder;
    this.weights = weights;
    kind = ModelKind.of(config);
    spec = spec(kind, config);
    origin = folder.exists(ORIGIN) ? ForeignFile.json(folder, ORIGIN) : MissingNode.getInstance();
  }

  /** The limits of a specification name the keys of a recipe, but here a file is wrong. */
  private static ModelSpec spec(ModelKind kind, ConfigJson config) {
    try {
      return kind.spec(config);
    } catch (PalimpsestException e) {
      throw e.kind() == PalimpsestException.Kind.CONFIGURATION
          ? config.refused(e.getMessage().replaceFirst("\\.$", ""))
          : e;
    }
  }

  /**
   * What goes into a folder.
   *
   * @param parameters in the layout of {@code spec}
   * @param tokenizer the bytes of {@code tokenizer.json}
   * @param objective what the model was trained with: a name or a map, as {@link
   *     org.palimpsest.objective.preset.Objectives#parse} takes it
   */
  public record Content(
      ModelSpec spec, FlatVector parameters, byte[] tokenizer, Object objective) {}

  /**
   * Writes a model folder, or replaces one.
   *
   * @throws PalimpsestException of kind INPUT if something else is there; it is left untouched; of
   *     kind CONFIGURATION if Hugging Face has no class for such a model
   */
  public static void write(Path path, Configuration hadoop, Content content) {
    new ModelFolderWriter(new StoredFolder(path, hadoop), content).write();
  }

  /**
   * Opens a model folder.
   *
   * @throws PalimpsestException of kind INPUT if it is none, or was never finished
   */
  public static ModelFolder open(Path path, Configuration hadoop) {
    StoredFolder folder = new StoredFolder(path, hadoop);
    if (!folder.exists(CONFIG)) {
      throw PalimpsestException.input(
          folder.exists(WEIGHTS)
              ? folder.path()
                  + " is an unfinished model folder: writing it was interrupted, write it again."
              : folder.path() + " is not a model folder: it has no " + CONFIG + ".");
    }
    ConfigJson config = new ConfigJson(ForeignFile.json(folder, CONFIG), folder.path().toString());
    ModelFolder opened = new ModelFolder(folder, WeightFiles.of(folder), config);
    opened.refuseTooFewWeights();
    return opened;
  }

  /** Otherwise a few wrong digits would make a reader allocate more memory than there is. */
  private void refuseTooFewWeights() {
    long parameters = ParameterLayout.of(spec).size();
    long bytes = weights.bytes(folder);
    if (parameters > bytes / Dtype.SMALLEST) {
      throw PalimpsestException.input(
          folder.path()
              + " is a damaged model folder: its "
              + CONFIG
              + " describes "
              + parameters
              + " parameters, but its weights have "
              + bytes
              + " bytes.");
    }
  }

  public Path path() {
    return folder.path();
  }

  public ModelSpec spec() {
    return spec;
  }

  /**
   * What the model was trained with, as {@link org.palimpsest.objective.preset.Objectives#parse}
   * takes it: what the folder says, or else what the published models of its kind were trained
   * with.
   */
  public Object objective() {
    return statedObjective().orElse(kind.objective());
  }

  private Optional<Object> statedObjective() {
    JsonNode objective = origin.path("objective");
    if (objective.isTextual()) {
      return Optional.of(objective.asText());
    }
    return objective.isObject()
        ? Optional.of(JSON.convertValue(objective, Map.class))
        : Optional.empty();
  }

  /**
   * Reads the parameters, in pieces.
   *
   * @param into as long as the layout of {@link #spec()}
   * @throws PalimpsestException of kind INPUT if the weights are damaged or another model's
   */
  public void readParameters(FlatVector into) {
    List<SafetensorsReader> readers = new ArrayList<>();
    try {
      for (String name : weights.names()) {
        readers.add(reader(name));
      }
      List<TensorEntry> entries = readers.stream().flatMap(r -> r.entries().stream()).toList();
      String label = folder.resolve(weights.label()).toString();
      StoredWeights places = new StoredWeights(spec, kind, entries, into, label);
      readers.forEach(reader -> reader.read(places));
    } catch (IOException e) {
      throw unreadable(weights.label(), e);
    } finally {
      readers.forEach(SafetensorsReader::close);
    }
  }

  /** Opens a file of weights, after it was compared with what is stated of it. */
  private SafetensorsReader reader(String name) throws IOException {
    ByteSource source = ByteSource.open(folder, name);
    Optional<StoredFile> stated = stated(name);
    if (stated.isPresent() && stated.get().size() != source.size()) {
      source.close();
      throw replaced(name);
    }
    SafetensorsReader reader = SafetensorsReader.open(source, folder.resolve(name).toString());
    if (stated.isPresent()) {
      MessageDigest digest = Digests.sha256();
      reader.show(digest::update);
      compare(stated.get(), digest);
    }
    return reader;
  }

  /** The bytes of {@code tokenizer.json}. */
  public byte[] tokenizer() {
    if (!folder.exists(TOKENIZER)) {
      throw PalimpsestException.input(
          folder.path()
              + " has no "
              + TOKENIZER
              + ": save its tokenizer in the fast form (save_pretrained of transformers does).");
    }
    byte[] bytes = ForeignFile.bytes(folder, TOKENIZER, LONGEST_TOKENIZER);
    stated(TOKENIZER)
        .ifPresent(
            file -> {
              MessageDigest digest = Digests.sha256();
              digest.update(bytes);
              compare(file, digest);
            });
    return bytes;
  }

  private void compare(StoredFile stated, MessageDigest digest) {
    if (!stated.sha256().equals(Digests.hex(digest.digest()))) {
      throw replaced(stated.name());
    }
  }

  private PalimpsestException unreadable(String name, IOException e) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT,
        folder.path() + " is a damaged model folder: its " + name + " cannot be read.",
        e);
  }

  private Optional<StoredFile> stated(String name) {
    JsonNode file = origin.path("files").path(name);
    if (!file.isObject()) {
      return Optional.empty();
    }
    long size = file.path("size").asLong(-1);
    if (size < 0) {
      throw replaced(name);
    }
    return Optional.of(new StoredFile(name, size, file.path("sha256").asText()));
  }

  private PalimpsestException replaced(String name) {
    return PalimpsestException.input(
        folder.resolve(name)
            + " is damaged or was replaced: it differs from what "
            + ORIGIN
            + " beside it says; restore it, or remove "
            + ORIGIN
            + " to use it as it is.");
  }
}
