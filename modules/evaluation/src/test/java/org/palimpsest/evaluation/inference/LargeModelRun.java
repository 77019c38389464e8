package org.palimpsest.evaluation.inference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.corpus.bpe.BytePairTrainer;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.ModelSettings;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.training.SparseFileSystem;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.config.Recipe;

/**
 * A model of 3·10⁹ parameters, most of them in one tensor, from a checkpoint into a model folder
 * and back, in a process whose memory a test limits.
 */
final class LargeModelRun {
  private static final Configuration HADOOP = SparseFileSystem.installed();
  private static final Recipe RECIPE =
      Recipe.defaults().with("model.preset=tiny", "model.width=1024", "model.vocabulary=2930000");

  private static final TokenizerFile TOKENIZER =
      new TokenizerFile(
          TokenizerJson.write(
              BytePairTrainer.train(List.of(new WordCount(" the", 9)), 2, 2), List.of(), 128));

  private LargeModelRun() {}

  /** Argument: an empty folder. */
  public static void main(String[] arguments) throws IOException {
    String root = "sparse:" + arguments[0];
    Checkpoints checkpoints =
        new Checkpoints(new org.apache.hadoop.fs.Path(root, "checkpoints"), HADOOP);
    long size = ParameterLayout.of(spec()).size();
    publish(checkpoints, size);
    System.out.println("published: " + size);
    Checkpoint checkpoint = checkpoints.newestValid(System.out::println).orElseThrow();
    System.out.println("verified: " + checkpoint.state().parameters());
    ModelFolder model =
        Exporter.export(
            TrainedModel.of(checkpoint, HADOOP),
            new org.apache.hadoop.fs.Path(root, "model"),
            HADOOP);
    System.out.println("exported: " + ParameterLayout.of(model.spec()).size());
    Numbers numbers = new Numbers(size);
    model.readParameters(numbers);
    System.out.println("read: " + numbers.right + ", wrong: " + numbers.wrong);
    System.out.println("resident MB: " + residentBytes() / 1_000_000);
  }

  private static ModelSpec spec() {
    return ModelSettings.from(RECIPE.section("model"), TOKENIZER.tokenizer().vocabulary());
  }

  private static void publish(Checkpoints checkpoints, long size) {
    StoredFolder folder = checkpoints.folder(Checkpoints.folderName(7, "abc"));
    byte[] recipe = RECIPE.resolved().getBytes(StandardCharsets.UTF_8);
    byte[] presets = RECIPE.presets(spec(), Objectives.parse(RECIPE.objective()).describe());
    List<StoredFile> files = new ArrayList<>();
    files.add(VectorFile.write(folder, Checkpoint.PARAMETERS, new Numbers(size)));
    files.add(folder.write(Checkpoint.RECIPE, out -> out.write(recipe)));
    files.add(folder.write(Checkpoint.PRESETS, out -> out.write(presets)));
    files.add(folder.write(Checkpoint.TOKENIZER, out -> out.write(TOKENIZER.json())));
    Checkpoint unused = checkpoints.publish(folder, state(size), files, 0);
  }

  private static TrainingState state(long size) {
    TrainingState beginning = TrainingState.beginning(1, "data");
    return beginning.at(
        new TrainingState.Layout(size, beginning.layoutVersion()),
        new TrainingState.Position(7, 1),
        new TrainingState.Counts(5, 6, 0, 0, 1.5, 77),
        1,
        false);
  }

  /** The largest resident set of this process so far; 0 where the system does not tell. */
  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  /** Zeros, except that the first number of a chunk is the chunk's; counts what is written. */
  private static final class Numbers implements FlatVector {
    private final long size;
    private long right;
    private long wrong;

    Numbers(long size) {
      this.size = size;
    }

    private static float at(long position) {
      return position % CHUNK == 0 ? (float) Math.floorDiv(position, CHUNK) : 0;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void read(long from, float[] into, int offset, int count) {
      for (int i = 0; i < count; i++) {
        into[offset + i] = at(from + i);
      }
    }

    @Override
    public void write(long from, float[] values, int offset, int count) {
      for (int i = 0; i < count; i++) {
        boolean isRight = values[offset + i] == at(from + i);
        right += isRight ? 1 : 0;
        wrong += isRight ? 0 : 1;
      }
    }
  }
}
