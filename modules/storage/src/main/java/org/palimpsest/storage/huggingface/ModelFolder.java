package org.palimpsest.storage.huggingface;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.bytes.ByteSource;

/**
 * A finished model as Hugging Face's tools load it: {@code config.json}, {@code model.safetensors},
 * {@code tokenizer.json}, {@code tokenizer_config.json}, {@code generation_config.json}, for {@code
 * BartForConditionalGeneration}, {@code T5ForConditionalGeneration} or one of their relatives; and
 * {@code palimpsest.json}, which says what objective the model was trained with and holds size and
 * checksum of weights and tokenizer.
 *
 * <p>{@code config.json} is written last: a folder without it is no model. Folders that other tools
 * wrote are read too, with their weights in one file or in several, as safetensors or as {@code
 * torch.save} writes them.
 */
public final class ModelFolder {
  static final String CONFIG = "config.json";
  static final String WEIGHTS = WeightFiles.SINGLE;
  static final String TOKENIZER = "tokenizer.json";
  static final String TARGET_TOKENIZER = "target_tokenizer.json";
  static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  static final String GENERATION = "generation_config.json";
  static final String ORIGIN = "palimpsest.json";

  /** The key of {@code config.json} for what only this project asks. */
  static final String OWN_KEY = "palimpsest";

  private static final Pattern RECIPE_KEY = Pattern.compile("model\\.([a-z-]+)");

  private final StoredFolder folder;
  private final WeightFiles weights;
  private final ModelKind kind;
  private final ModelSpec spec;
  private final ConfigJson config;
  private final Origin origin;

  private ModelFolder(StoredFolder folder, WeightFiles weights, ConfigJson config) {
    this.folder = folder;
    this.weights = weights;
    this.config = config;
    kind = ModelKind.of(config);
    origin = Origin.of(folder);
    spec = readSpec();
  }

  private ModelSpec readSpec() {
    try (StoredTensors tensors = new StoredTensors(readers())) {
      return kind.spec(config, new TiedEmbedding(tensors, folder, config));
    } catch (PalimpsestException e) {
      throw e.kind() == PalimpsestException.Kind.CONFIGURATION
          ? config.refused(inWordsOfTheFile(e.getMessage()))
          : e;
    }
  }

  /** The limits of a specification name the keys of a recipe, but here a file is wrong. */
  private String inWordsOfTheFile(String message) {
    return RECIPE_KEY
        .matcher(message)
        .replaceAll(key -> kind.keys().getOrDefault(key.group(1), key.group()))
        .replaceFirst("\\.$", "");
  }

  /** Opens all files of weights, looking at nothing but their headers. Close them. */
  private List<TensorFile> readers() {
    List<TensorFile> readers = new ArrayList<>();
    try {
      for (String name : weights.names()) {
        readers.add(open(name));
      }
      return readers;
    } catch (IOException e) {
      readers.forEach(TensorFile::close);
      throw unreadable(weights.label(), e);
    } catch (PalimpsestException e) {
      readers.forEach(TensorFile::close);
      throw e;
    }
  }

  /**
   * What goes into a folder.
   *
   * @param parameters in the layout of {@code spec}
   * @param tokenizer the bytes of {@code tokenizer.json}
   * @param objective what the model was trained with: a name or a map, as {@link
   *     org.palimpsest.objective.preset.Objectives#parse} takes it
   * @param generation how texts are generated, as {@link #generation()} returns it
   * @param type the {@code model_type} to choose where several fit the specification, as {@link
   *     #type()} returns it; empty for the first
   * @param targetTokenizer as {@link #targetTokenizer()}
   */
  public record Content(
      ModelSpec spec,
      FlatVector parameters,
      byte[] tokenizer,
      Object objective,
      Map<String, Object> generation,
      String type,
      Optional<byte[]> targetTokenizer) {

    /** Without settings of the generation of texts. */
    public Content(ModelSpec spec, FlatVector parameters, byte[] tokenizer, Object objective) {
      this(spec, parameters, tokenizer, objective, Map.of(), "", Optional.empty());
    }
  }

  /**
   * Writes a model folder, or replaces one.
   *
   * @throws PalimpsestException of kind INPUT if something else is there; it is left untouched; of
   *     kind CONFIGURATION if Hugging Face has no class for such a model
   */
  public static void write(Path path, Configuration hadoop, Content content) {
    new ModelFolderWriter(new StoredFolder(path, hadoop), content).write();
  }

  /** As {@link #write(Path, Configuration, Content)}, ready to be published. */
  public static void write(
      Path path, Configuration hadoop, Content content, Publication publication) {
    new ModelFolderWriter(new StoredFolder(path, hadoop), content).publishing(publication).write();
  }

  /** Whether published models of a {@code model_type} write targets, and restore no text. */
  public static boolean isOfPairs(String type) {
    return ModelKind.all().stream()
        .anyMatch(kind -> kind.type().equals(type) && kind.objective() instanceof Map);
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

  /**
   * The {@code model_type} of the folder's config; empty if exports of such a specification have it
   * anyway, unless it says what stands around texts.
   */
  public String type() {
    boolean isUsual = ModelKind.of(spec, "").equals(kind) && !isOfPairs(kind.type());
    return isUsual ? "" : kind.type();
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

  /**
   * How texts are generated: the keys of {@code generation_config.json}, without the ids that the
   * specification has.
   */
  public Map<String, Object> generation() {
    return GenerationConfig.read(folder, config.tree());
  }

  /**
   * What the folder says that the model was trained with; empty if it says nothing. Other tools
   * keep what {@code config.json} says, but drop our own file.
   */
  public Optional<Object> statedObjective() {
    return origin.objective().or(() -> Origin.objective(config.tree().path(OWN_KEY)));
  }

  /**
   * Reads the parameters, in pieces.
   *
   * @param into as long as the layout of {@link #spec()}
   * @throws PalimpsestException of kind INPUT if the weights are damaged or another model's
   */
  public void readParameters(FlatVector into) {
    List<TensorFile> readers = readers();
    try {
      for (int i = 0; i < readers.size(); i++) {
        TensorFile reader = readers.get(i);
        origin.compare(weights.names().get(i), digest -> reader.show(digest::update));
      }
      List<TensorEntry> entries = readers.stream().flatMap(r -> r.entries().stream()).toList();
      String label = folder.resolve(weights.label()).toString();
      StoredWeights places = new StoredWeights(spec, kind, entries, into, label);
      readers.forEach(reader -> reader.read(places));
    } finally {
      readers.forEach(TensorFile::close);
    }
  }

  /** Opens a file of weights, whose size must be what is stated of it. */
  private TensorFile open(String name) throws IOException {
    ByteSource source = ByteSource.open(folder, name);
    Optional<StoredFile> stated = origin.file(name);
    if (stated.isPresent() && stated.get().size() != source.size()) {
      source.close();
      throw origin.replaced(name);
    }
    return TensorFile.open(source, folder.resolve(name).toString());
  }

  /** The bytes of {@code tokenizer.json}, or of what the family's older files say. */
  public byte[] tokenizer() {
    return tokenizers().ofSources();
  }

  /**
   * The same for targets, where they are cut by other rules into the same entries, as in Marian's
   * folders; otherwise empty.
   */
  public Optional<byte[]> targetTokenizer() {
    return tokenizers().ofTargets();
  }

  private FolderTokenizers tokenizers() {
    return new FolderTokenizers(folder, kind.type(), origin);
  }

  private PalimpsestException unreadable(String name, IOException e) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT,
        folder.path() + " is a damaged model folder: its " + name + " cannot be read.",
        e);
  }
}
