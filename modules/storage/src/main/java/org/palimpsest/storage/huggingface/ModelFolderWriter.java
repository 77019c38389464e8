package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a model folder so that a reader sees the old model whole, or the new one whole, or no
 * model.
 *
 * <p>A new folder is written under the final names, {@code config.json} last. To replace a model,
 * everything is first written in full under unique names beside it; until then the old model is
 * untouched, and if that fails it stays. Then the old {@code config.json} is removed, which is the
 * moment the old model ends; the finished files take their places, and {@code config.json} comes
 * last. A writer that dies in between leaves a folder without {@code config.json}, which is not a
 * model and may be written again.
 */
final class ModelFolderWriter {
  private static final String UNFINISHED = ".unfinished-";
  private static final List<String> OF_A_REPOSITORY =
      List.of(".git", ".gitattributes", ".gitignore", "LICENSE");

  /** All files but the weights. */
  private static final List<String> FILES =
      List.of(
          ModelFolder.TOKENIZER,
          ModelFolder.TARGET_TOKENIZER,
          ModelFolder.TOKENIZER_CONFIG,
          Publication.SPECIAL_TOKENS,
          ModelFolder.GENERATION,
          ModelFolder.ORIGIN,
          Publication.CARD,
          ModelFolder.CONFIG);

  private static final Logger LOG = LoggerFactory.getLogger(ModelFolderWriter.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredFolder folder;
  private final FileSystem files;
  private final ModelFolder.Content content;
  private final ModelKind kind;

  /** Without what is added to unfinished files, in the order in which they come into place. */
  private final List<String> names = new ArrayList<>();

  private final List<String> written = new ArrayList<>();
  private Optional<Publication> publication = Optional.empty();

  ModelFolderWriter(StoredFolder folder, ModelFolder.Content content) {
    long size = ParameterLayout.of(content.spec()).size();
    if (content.parameters().size() != size) {
      throw new IllegalArgumentException(
          "a vector of " + content.parameters().size() + " for " + size + " parameters");
    }
    this.folder = folder;
    this.files = folder.fileSystem();
    this.content = content;
    this.kind = ModelKind.of(content.spec(), content.type());
  }

  /** Also writes what a hub expects. */
  ModelFolderWriter publishing(Publication given) {
    publication = Optional.of(given);
    return this;
  }

  void write() {
    List<String> present = present();
    String suffix = present.isEmpty() ? "" : UNFINISHED + UUID.randomUUID();
    try {
      writeAll(present, suffix);
      if (!suffix.isEmpty()) {
        replace(present, suffix);
      }
      written.clear();
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          folder.path() + " cannot be written: " + Reason.of(e) + ".",
          e);
    } finally {
      removeUnfinished();
    }
  }

  private void writeAll(List<String> present, String suffix) {
    TokenizerConfig tokenizerConfig = TokenizerConfig.of(content.spec(), content.tokenizer());
    ObjectNode origin = JSON.createObjectNode();
    origin.put("version", 1);
    origin.put("parameters", content.parameters().size());
    origin.set("objective", JSON.valueToTree(content.objective()));
    writeWeights(suffix, origin);
    writeTokenizer(ModelFolder.TOKENIZER, content.tokenizer(), suffix, origin);
    content
        .targetTokenizer()
        .ifPresent(bytes -> writeTokenizer(ModelFolder.TARGET_TOKENIZER, bytes, suffix, origin));
    if (publication.isPresent()) {
      writeJson(ModelFolder.TOKENIZER_CONFIG, suffix, tokenizerConfig.complete());
      writeJson(Publication.SPECIAL_TOKENS, suffix, tokenizerConfig.specialTokens());
      writeCard(publication.get().card(), present, suffix);
    } else {
      writeJson(ModelFolder.TOKENIZER_CONFIG, suffix, tokenizerConfig.tree());
    }
    writeJson(ModelFolder.GENERATION, suffix, generation());
    writeJson(ModelFolder.ORIGIN, suffix, origin);
    writeJson(ModelFolder.CONFIG, suffix, config());
  }

  private void writeTokenizer(String name, byte[] json, String suffix, ObjectNode origin) {
    note(origin, name, write(name, suffix, out -> out.write(json)));
  }

  /** Users fill in the card, so one that is there stays. */
  private void writeCard(String card, List<String> present, String suffix) {
    if (!present.contains(Publication.CARD)) {
      byte[] bytes = card.getBytes(StandardCharsets.UTF_8);
      StoredFile unused = write(Publication.CARD, suffix, out -> out.write(bytes));
    }
  }

  private ObjectNode generation() {
    return GenerationConfig.write(kind.generation(content.spec()), content.generation());
  }

  private ObjectNode config() {
    ObjectNode config = kind.config(content.spec());
    config.putObject(ModelFolder.OWN_KEY).set("objective", JSON.valueToTree(content.objective()));
    return config;
  }

  private void writeWeights(String suffix, ObjectNode origin) {
    long largest = publication.map(Publication::largestFile).orElse(Long.MAX_VALUE);
    WeightShards shards = new WeightShards(kind, content, largest);
    shards
        .files()
        .forEach((name, writer) -> note(origin, name, write(name, suffix, writer::writeTo)));
    if (shards.files().size() > 1) {
      writeJson(WeightFiles.INDEX, suffix, shards.index());
    }
  }

  private static void note(ObjectNode origin, String name, StoredFile file) {
    origin
        .withObject("/files")
        .putObject(name)
        .put("size", file.size())
        .put("sha256", file.sha256());
  }

  private StoredFile write(String name, String suffix, StoredFolder.Content bytes) {
    names.add(name);
    written.add(name + suffix);
    return folder.write(name + suffix, bytes);
  }

  private void writeJson(String name, String suffix, ObjectNode json) {
    names.add(name);
    written.add(name + suffix);
    folder.writeJson(name + suffix, json);
  }

  private void replace(List<String> present, String suffix) throws IOException {
    files.delete(folder.resolve(ModelFolder.CONFIG), false);
    for (String old : present) {
      // Readers would find what belongs to the old model beside the new one.
      if (isOfTheModel(old) && !names.contains(old)) {
        files.delete(folder.resolve(old), false);
      }
    }
    for (String name : names) {
      Path target = folder.resolve(name);
      files.delete(target, false);
      if (!files.rename(folder.resolve(name + suffix), target)) {
        throw new IOException(name + " could not be put in its place");
      }
    }
  }

  private static boolean isOfTheModel(String name) {
    return WeightShards.isWeights(name)
        || name.equals(Publication.SPECIAL_TOKENS)
        || name.equals(ModelFolder.TARGET_TOKENIZER);
  }

  private void removeUnfinished() {
    for (String name : written) {
      try {
        files.delete(folder.resolve(name), false);
      } catch (IOException e) {
        // The original failure is the one to report; a leftover file does no harm.
        LOG.warn(
            "{} was left behind: {}",
            Secrets.redacted(folder.resolve(name).toString()),
            e.getMessage());
      }
    }
  }

  /** The names in the folder; refuses one that is neither a model nor the remains of one. */
  private List<String> present() {
    List<String> present = new ArrayList<>();
    try {
      for (FileStatus status : files.listStatus(folder.path())) {
        present.add(status.getPath().getName());
      }
      if (files.getFileStatus(folder.path()).isFile()) {
        throw PalimpsestException.input(
            folder.path() + " is a file: choose a folder for the model.");
      }
    } catch (FileNotFoundException e) {
      return present;
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          folder.path() + " cannot be read: " + Reason.of(e) + ".",
          e);
    }
    if (!isModel(present) && !present.stream().allMatch(this::isOfAModel)) {
      throw PalimpsestException.input(
          folder.path()
              + " holds something else than a model, which will not be overwritten: choose another"
              + " folder, or empty it.");
    }
    return present;
  }

  /** Many programs call a file config.json; only a model's has a model_type. */
  private boolean isModel(List<String> present) {
    return present.contains(ModelFolder.CONFIG)
        && folder.readJson(ModelFolder.CONFIG).has("model_type");
  }

  /** A new model may be written into the clone of an empty repository. */
  private boolean isOfAModel(String name) {
    int unfinished = name.indexOf(UNFINISHED);
    String whole = unfinished < 0 ? name : name.substring(0, unfinished);
    return FILES.contains(whole)
        || WeightShards.isWeights(whole)
        || (publication.isPresent() && OF_A_REPOSITORY.contains(name));
  }
}
