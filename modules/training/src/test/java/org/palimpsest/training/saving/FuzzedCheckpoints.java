package org.palimpsest.training.saving;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.fuzz.Fuzzer;
import org.palimpsest.model.fuzz.Mutator;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.config.TrainingSettings;
import org.palimpsest.training.event.Progress;

/** Reads checkpoints with damaged manifests, states and recipes, and damaged worker commits. */
final class FuzzedCheckpoints {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Configuration HADOOP = new Configuration();
  private static final String NAME = Checkpoints.folderName(7, "abc");
  private static final int PARAMETERS = 3;

  private FuzzedCheckpoints() {}

  public static void main(String[] arguments) throws Exception {
    Fuzzer.main(FuzzedCheckpoints::targets, arguments);
  }

  private static Map<String, Fuzzer.Target> targets(Path folder) throws IOException {
    Checkpoints checkpoints = new Checkpoints(path(folder.resolve("checkpoints")), HADOOP);
    publish(checkpoints, Recipe.defaults().resolved());
    Path stored = folder.resolve("checkpoints").resolve(NAME);
    return Map.of(
        "manifest of a checkpoint", manifest(checkpoints, stored),
        "state.json", state(checkpoints, stored),
        "recipe.conf", recipe(checkpoints),
        "worker's commit", commit(folder.resolve("commits")));
  }

  private static org.apache.hadoop.fs.Path path(Path folder) {
    return new org.apache.hadoop.fs.Path(folder.toString());
  }

  private static TrainingState state() {
    TrainingState begun = TrainingState.beginning(1, "data");
    TrainingState later =
        begun.at(
            new TrainingState.Layout(PARAMETERS, begun.layoutVersion()),
            new TrainingState.Position(7, 1),
            begun.counts(),
            1,
            false);
    return later.withWorkers(
        List.of(new WorkerState(Map.of(OwnVector.MOMENTS, "optimizer-00000.bin"), 7, 3)));
  }

  private static void publish(Checkpoints checkpoints, String recipe) {
    StoredFolder folder = checkpoints.folder(NAME);
    List<StoredFile> files = new ArrayList<>();
    files.add(VectorFile.write(folder, Checkpoint.PARAMETERS, new HeapVector(PARAMETERS)));
    files.add(VectorFile.write(folder, "optimizer-00000.bin", new HeapVector(2)));
    byte[] text = recipe.getBytes(StandardCharsets.UTF_8);
    files.add(folder.write(Checkpoint.RECIPE, out -> out.write(text)));
    checkpoints.publish(folder, state(), files, 0);
  }

  /** A mutant that is JSON gets the right checksum. */
  private static Fuzzer.Target manifest(Checkpoints checkpoints, Path stored) throws IOException {
    Path file = stored.resolve(StoredFolder.MANIFEST);
    byte[] valid = Files.readAllBytes(file);
    return seed -> {
      byte[] mutant = Mutator.text(valid, seed);
      Optional<ObjectNode> manifest = object(mutant);
      if (manifest.isPresent()) {
        checkpoints.folder(NAME).publish(manifest.get());
      } else {
        Files.write(file, mutant);
      }
      read(checkpoints.open(NAME));
      checkpoints.newestValid(sentence -> {});
    };
  }

  private static Optional<ObjectNode> object(byte[] text) {
    try {
      return JSON.readTree(text) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Fuzzer.Target state(Checkpoints checkpoints, Path stored) throws IOException {
    byte[] valid = Files.readAllBytes(stored.resolve(Checkpoint.STATE));
    byte[] manifest = Files.readAllBytes(stored.resolve(StoredFolder.MANIFEST));
    return seed -> {
      Files.write(stored.resolve(StoredFolder.MANIFEST), manifest);
      Files.write(stored.resolve(Checkpoint.STATE), Mutator.text(valid, seed));
      read(checkpoints.open(NAME));
    };
  }

  private static void read(Checkpoint checkpoint) {
    checkpoint.readParameters(new HeapVector(PARAMETERS));
    checkpoint.readOptimizerMean(new HeapVector(2));
    String unused = checkpoint.text(Checkpoint.RECIPE);
  }

  private static Fuzzer.Target recipe(Checkpoints checkpoints) {
    Recipe run = Recipe.defaults().with("training.steps=9");
    byte[] valid = Recipe.defaults().resolved().getBytes(StandardCharsets.UTF_8);
    return seed -> {
      publish(checkpoints, new String(Mutator.text(valid, seed), StandardCharsets.UTF_8));
      Checkpoint checkpoint = checkpoints.open(NAME);
      checkpoint.verify();
      Recipe resumed = run.resumedFrom(checkpoint);
      String unused = resumed.resolved() + resumed.changeSince(checkpoint, key -> false);
      TrainingSettings.from(resumed);
    };
  }

  private static Fuzzer.Target commit(Path folder) throws IOException {
    Files.createDirectories(folder);
    Progress progress =
        new Progress(
            "run",
            new Progress.Position(7, 9),
            new Progress.Interval(1, 2, 3, 4, 5, 6),
            new Progress.Totals(1, 2, 3, 4),
            5);
    WorkerCommit commit =
        new WorkerCommit(
            0,
            state(),
            state().workers().get(0),
            List.of(new StoredFile("optimizer-00000.bin", 8, "ab")),
            5,
            List.of(progress));
    byte[] valid = JSON.writeValueAsBytes(commit);
    StoredFolder stored = new StoredFolder(path(folder), HADOOP);
    return seed -> {
      Files.write(folder.resolve(WorkerCommit.fileName(0)), Mutator.text(valid, seed));
      WorkerCommits.in(stored, 1).ifPresent(FuzzedCheckpoints::publishedState);
    };
  }

  private static void publishedState(List<WorkerCommit> commits) {
    TrainingState joined = WorkerCommit.joined(commits);
    String unused = joined.workers().toString() + commits.get(0).files() + commits.get(0).points();
  }
}
