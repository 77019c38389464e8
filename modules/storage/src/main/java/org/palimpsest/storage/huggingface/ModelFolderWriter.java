package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.model.spec.ModelSpec;
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
  private static final Logger LOG = LoggerFactory.getLogger(ModelFolderWriter.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredFolder folder;
  private final FileSystem files;
  private final ModelFolder.Content content;
  private final ModelKind kind;
  private final List<String> written = new ArrayList<>();

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

  void write() {
    List<String> present = present();
    String suffix = present.isEmpty() ? "" : UNFINISHED + UUID.randomUUID();
    try {
      writeAll(suffix);
      if (!suffix.isEmpty()) {
        replace(suffix);
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

  private void writeAll(String suffix) {
    byte[] tokenizer = content.tokenizer();
    ObjectNode tokenizerConfig = TokenizerConfig.write(content.spec(), tokenizer);
    ObjectNode origin = JSON.createObjectNode();
    origin.put("version", 1);
    origin.put("parameters", content.parameters().size());
    origin.set("objective", JSON.valueToTree(content.objective()));
    note(origin, ModelFolder.WEIGHTS, write(ModelFolder.WEIGHTS + suffix, this::writeWeights));
    note(
        origin,
        ModelFolder.TOKENIZER,
        write(ModelFolder.TOKENIZER + suffix, out -> out.write(tokenizer)));
    writeJson(ModelFolder.TOKENIZER_CONFIG + suffix, tokenizerConfig);
    writeJson(ModelFolder.GENERATION + suffix, generation());
    writeJson(ModelFolder.ORIGIN + suffix, origin);
    writeJson(ModelFolder.CONFIG + suffix, config());
  }

  private ObjectNode generation() {
    return GenerationConfig.write(kind.generation(content.spec()), content.generation());
  }

  private ObjectNode config() {
    ObjectNode config = kind.config(content.spec());
    config.putObject(ModelFolder.OWN_KEY).set("objective", JSON.valueToTree(content.objective()));
    return config;
  }

  private void writeWeights(OutputStream out) throws IOException {
    ModelSpec spec = content.spec();
    ParameterLayout layout = ParameterLayout.of(spec);
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .add(layout, content.parameters(), tensor -> kind.place(tensor, spec));
    for (String copy : kind.copies(spec)) {
      writer.add(layout.tensor(ParameterLayout.EMBEDDING), content.parameters(), copy);
    }
    kind.constants(spec).stream().filter(ConstantTensor::isWritten).forEach(writer::add);
    writer.writeTo(out);
  }

  private static void note(ObjectNode origin, String name, StoredFile file) {
    origin
        .withObject("/files")
        .putObject(name)
        .put("size", file.size())
        .put("sha256", file.sha256());
  }

  private StoredFile write(String name, StoredFolder.Content bytes) {
    written.add(name);
    return folder.write(name, bytes);
  }

  private void writeJson(String name, ObjectNode json) {
    written.add(name);
    folder.writeJson(name, json);
  }

  private void replace(String suffix) throws IOException {
    files.delete(folder.resolve(ModelFolder.CONFIG), false);
    for (String name : ModelFolder.FILES) {
      Path target = folder.resolve(name);
      files.delete(target, false);
      if (!files.rename(folder.resolve(name + suffix), target)) {
        throw new IOException(name + " could not be put in its place");
      }
    }
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
    List<String> names = new ArrayList<>();
    try {
      for (FileStatus status : files.listStatus(folder.path())) {
        names.add(status.getPath().getName());
      }
      if (files.getFileStatus(folder.path()).isFile()) {
        throw PalimpsestException.input(
            folder.path() + " is a file: choose a folder for the model.");
      }
    } catch (FileNotFoundException e) {
      return names;
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          folder.path() + " cannot be read: " + Reason.of(e) + ".",
          e);
    }
    if (!isModel(names) && !names.stream().allMatch(ModelFolderWriter::isOfAModel)) {
      throw PalimpsestException.input(
          folder.path()
              + " holds something else than a model, which will not be overwritten: choose another"
              + " folder, or empty it.");
    }
    return names;
  }

  /** Many programs call a file config.json; only a model's has a model_type. */
  private boolean isModel(List<String> names) {
    return names.contains(ModelFolder.CONFIG)
        && folder.readJson(ModelFolder.CONFIG).has("model_type");
  }

  private static boolean isOfAModel(String name) {
    return ModelFolder.FILES.stream()
        .anyMatch(file -> name.equals(file) || name.startsWith(file + UNFINISHED));
  }
}
