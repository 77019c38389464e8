package org.palimpsest.training.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.storage.DamageException;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;

/**
 * A complete checkpoint.
 *
 * @param folder of its files
 * @param state state of the run at its step
 * @param files all files except the manifest, by name
 * @param fence number of the {@link Lease} under which it was published; 0 if there was none
 */
public record Checkpoint(
    StoredFolder folder, TrainingState state, Map<String, StoredFile> files, long fence) {
  /** Version of the format of the folder. */
  public static final int FORMAT = 1;

  /** Version of the format of a checkpoint within a round, which has files of its own. */
  public static final int FORMAT_WITHIN_ROUND = 2;

  public static final String PARAMETERS = "parameters.bin";
  public static final String OUTER = "outer.bin";

  /** The parameters at the start of the round; only within a round. */
  public static final String ANCHOR = "anchor.bin";

  public static final String STATE = "state.json";

  /** The resolved configuration, with secrets redacted. */
  public static final String RECIPE = "recipe.conf";

  /** What the presets of that configuration stood for; older checkpoints have none. */
  public static final String PRESETS = "presets.conf";

  public static final String TOKENIZER = "tokenizer.json";

  /**
   * The tokenizer of targets, where it differs from that of sources; most checkpoints have none.
   */
  public static final String TARGET_TOKENIZER = "target_tokenizer.json";

  /** How the model that the run began from generates texts; most checkpoints have none. */
  public static final String GENERATION = "generation_config.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  public long step() {
    return state.step();
  }

  public String path() {
    return folder.path().toString();
  }

  /**
   * Reads the parameters and verifies their checksum. Within a round they are the mean of the
   * workers' parameters, weighted by the target tokens of each worker in the round.
   */
  public void readParameters(FlatVector into) {
    if (!state.isWithinRound()) {
      VectorFile.read(folder, file(PARAMETERS), into);
      return;
    }
    List<StoredFile> own = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (WorkerState worker : state.workers()) {
      own.add(file(worker.file(OwnVector.PARAMETERS).orElseThrow()));
      weights.add(worker.round().weight());
    }
    VectorFile.readMean(folder, own, weights, into);
  }

  /**
   * Reads the mean of the workers' optimizer states, weighted by the target tokens of each worker,
   * as the state of a single optimizer.
   */
  public void readOptimizerMean(FlatVector into) {
    List<WorkerState> workers =
        state.workers().stream().filter(worker -> worker.moments().isPresent()).toList();
    VectorFile.readMean(
        folder,
        workers.stream().flatMap(worker -> worker.moments().stream()).map(this::file).toList(),
        workers.stream().map(WorkerState::weight).toList(),
        into);
  }

  /** Returns a file of the manifest. */
  public StoredFile file(String name) {
    StoredFile file = files.get(name);
    if (file == null) {
      throw PalimpsestException.input(
          "The checkpoint " + path() + " has no file " + name + ": use another checkpoint.");
    }
    return file;
  }

  /** Reads a small text file. */
  public String text(String name) {
    return new String(folder.readAll(file(name).name()), StandardCharsets.UTF_8);
  }

  /** The content of {@link #TARGET_TOKENIZER}, if there is one. */
  public Optional<byte[]> targetTokenizer() {
    return Optional.ofNullable(files.get(TARGET_TOKENIZER))
        .map(file -> folder.readAll(file.name()));
  }

  /** The content of a file of settings of the generation of texts. */
  public static byte[] generation(Map<String, Object> settings) {
    try {
      return JSON.writeValueAsBytes(new TreeMap<>(settings));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** How the model that the run began from generates texts. */
  public Map<String, Object> generation() {
    if (!files.containsKey(GENERATION)) {
      return Map.of();
    }
    try {
      return JSON.readValue(text(GENERATION), new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          folder.resolve(GENERATION) + " is damaged: it is not JSON.",
          e);
    }
  }

  /**
   * Reads every file and compares it with the manifest.
   *
   * @throws PalimpsestException of kind INPUT that names the first file that differs, with a {@link
   *     DamageException}; or that cannot be read
   */
  public void verify() {
    verifySizes();
    verify(name -> true);
  }

  /** As {@link #verify}, but reads only what a model is made of. */
  public void verifyModel() {
    verifySizes();
    Set<String> parameters =
        state.workers().stream()
            .flatMap(worker -> worker.file(OwnVector.PARAMETERS).stream())
            .collect(Collectors.toSet()); // Within a round.
    verify(
        name ->
            name.equals(PARAMETERS)
                || parameters.contains(name)
                || name.equals(TOKENIZER)
                || name.equals(TARGET_TOKENIZER)
                || name.equals(GENERATION)
                || isRecipe(name));
  }

  /** As {@link #verify}, but reads the configuration only. */
  public void verifyRecipe() {
    verify(Checkpoint::isRecipe);
  }

  private static boolean isRecipe(String name) {
    return name.endsWith(".conf");
  }

  private void verify(Predicate<String> names) {
    files.values().stream().filter(file -> names.test(file.name())).forEach(folder::verify);
  }

  /**
   * Compares the sizes of the files, and reads none.
   *
   * @throws PalimpsestException as {@link #verify}
   */
  public void verifySizes() {
    Map<String, Long> sizes =
        folder.files().stream()
            .collect(Collectors.toMap(file -> file.getPath().getName(), FileStatus::getLen));
    for (StoredFile file : files.values()) {
      Long size = sizes.get(file.name());
      if (size == null || size != file.size()) {
        throw DamageException.report(
            folder.resolve(file.name())
                + (size == null
                    ? " is damaged: it is missing."
                    : " is damaged: its size or checksum differs from the manifest."));
      }
    }
  }
}
