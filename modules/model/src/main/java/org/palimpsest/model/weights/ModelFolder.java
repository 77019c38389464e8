package org.palimpsest.model.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.storage.StoredFile;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.objective.PalimpsestException;

/**
 * A finished model as Hugging Face's tools load it: {@code config.json}, {@code model.safetensors},
 * {@code tokenizer.json}, {@code tokenizer_config.json}, {@code generation_config.json}, for {@code
 * BartForConditionalGeneration}; and {@code palimpsest.json}, which says what objective the model
 * was trained with and holds size and checksum of weights and tokenizer.
 *
 * <p>{@code config.json} is written last: a folder without it is no model. Folders that other tools
 * wrote are read too, as long as they are the same kind of BART.
 */
public final class ModelFolder {
  static final String CONFIG = "config.json";
  static final String WEIGHTS = "model.safetensors";
  static final String TOKENIZER = "tokenizer.json";
  static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  static final String GENERATION = "generation_config.json";
  static final String ORIGIN = "palimpsest.json";

  /** All of them, in the order in which they come into place. */
  static final List<String> FILES =
      List.of(WEIGHTS, TOKENIZER, TOKENIZER_CONFIG, GENERATION, ORIGIN, CONFIG);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredFolder folder;
  private final ModelSpec spec;
  private final JsonNode origin;

  private ModelFolder(StoredFolder folder, ModelSpec spec, JsonNode origin) {
    this.folder = folder;
    this.spec = spec;
    this.origin = origin;
  }

  /**
   * What goes into a folder.
   *
   * @param parameters in the layout of {@code spec}
   * @param tokenizer the bytes of {@code tokenizer.json}
   * @param objective what the model was trained with: a name or a map, as {@link
   *     org.palimpsest.objective.Objectives#parse} takes it
   */
  public record Content(
      ModelSpec spec, FlatVector parameters, byte[] tokenizer, Object objective) {}

  /**
   * Writes a model folder, or replaces one.
   *
   * @throws PalimpsestException of kind INPUT if something else is there; it is left untouched
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
    ModelSpec spec = BartConfig.read(folder.readJson(CONFIG), folder.path().toString());
    JsonNode origin =
        folder.exists(ORIGIN) ? folder.readJson(ORIGIN) : JSON.getNodeFactory().missingNode();
    return new ModelFolder(folder, spec, origin);
  }

  public Path path() {
    return folder.path();
  }

  public ModelSpec spec() {
    return spec;
  }

  /**
   * What the model was trained with, as {@link org.palimpsest.objective.Objectives#parse} takes it;
   * empty if the folder does not say.
   */
  public Optional<Object> objective() {
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
    String file = folder.resolve(WEIGHTS).toString();
    BartWeights weights = new BartWeights(spec, into, file);
    checked(WEIGHTS, (in, size) -> SafetensorsReader.read(in, size, file, weights));
    weights.refuseMissing();
  }

  /** The bytes of {@code tokenizer.json}. */
  public byte[] tokenizer() {
    byte[][] bytes = new byte[1][];
    checked(TOKENIZER, (in, size) -> bytes[0] = in.readAllBytes());
    return bytes[0];
  }

  private interface Reading {
    void read(InputStream in, long size) throws IOException;
  }

  /** Reads a file to its end and compares it with what {@code palimpsest.json} says of it. */
  private void checked(String name, Reading reading) {
    Optional<StoredFile> stated = stated(name);
    MessageDigest digest = sha256();
    try {
      long size = folder.fileSystem().getFileStatus(folder.resolve(name)).getLen();
      if (stated.isPresent() && stated.get().size() != size) {
        throw replaced(name);
      }
      try (InputStream in = new DigestInputStream(folder.open(name), digest)) {
        reading.read(in, size);
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          folder.path() + " is a damaged model folder: its " + name + " cannot be read.",
          e);
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (stated.isPresent() && !stated.get().sha256().equals(found)) {
      throw replaced(name);
    }
  }

  private Optional<StoredFile> stated(String name) {
    JsonNode file = origin.path("files").path(name);
    return file.isObject()
        ? Optional.of(
            new StoredFile(name, file.path("size").asLong(), file.path("sha256").asText()))
        : Optional.empty();
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

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
