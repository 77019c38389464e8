package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.FaultPlan;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/** A run on a faulty file system that has two checkpoints and is to go on. */
abstract class RecoveryCase extends ToyRunCase {
  static final ToyWorkload WORKLOAD = ToyWorkload.sound(0.9);

  final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  final List<Long> starts = new ArrayList<>();
  final List<Integer> kept = new ArrayList<>();
  FaultPlan plan;
  Recipe recipe;
  String directory = "run";

  RecoveryCase(SparkSession spark) {
    super(spark);
  }

  @BeforeEach
  void train() {
    plan = FaultPlan.install(spark.sparkContext().hadoopConfiguration(), FaultPlan.Kind.DISK);
    recipe =
        recipe("run", "training.steps=10", "checkpoint.every=5")
            .with("run.directory=\"faulty:" + folder.resolve("run") + "\"");
    train(recipe, WORKLOAD);
    recipe = recipe.with("training.steps=15");
    plan.repair();
  }

  RunListener listener() {
    return new RunListener() {
      @Override
      public void warning(String sentence) {
        warnings.add(sentence);
      }

      @Override
      public void segmentStarted(SegmentStart start) {
        starts.add(start.firstStep());
      }

      @Override
      public void checkpointPublished(String path, long step) {
        kept.add((int) folders().stream().filter(RecoveryCase::isFinished).count());
      }
    };
  }

  void resume() {
    var unused = train(recipe, WORKLOAD, listener());
  }

  void assertRefuses(String sentence, Kind kind) {
    List<String> before = contents();
    PalimpsestException failure = catchThrowableOfType(PalimpsestException.class, () -> resume());
    assertThat(failure).hasMessageContaining(sentence).message().doesNotContain("\n");
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(starts).as("first steps of segments").isEmpty();
    assertThat(contents()).isEqualTo(before).isNotEmpty();
  }

  float[] uninterrupted() {
    Recipe reference = recipe("reference", "training.steps=15");
    train(reference, WORKLOAD);
    return parameters(reference);
  }

  List<Path> folders() {
    return checkpoints(recipe).names().stream()
        .map(name -> folder.resolve(directory).resolve("checkpoints").resolve(name))
        .toList();
  }

  static boolean isFinished(Path checkpoint) {
    return Files.exists(checkpoint.resolve("manifest.json"));
  }

  /** All files of checkpoints. */
  List<String> contents() {
    try (var files = Files.walk(folder.resolve(directory).resolve("checkpoints"))) {
      return files.map(Path::toString).filter(name -> !name.contains("lease")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static void change(Path file, String before, String after) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(before);
    Files.write(file, text.replace(before, after).getBytes(StandardCharsets.ISO_8859_1));
  }

  static void damage(Path checkpoint) throws IOException {
    damage(checkpoint, "parameters.bin");
  }

  static void damage(Path checkpoint, String name) throws IOException {
    Path file = checkpoint.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[5] ^= 1;
    Files.write(file, bytes);
  }

  void failEvery(String call, Way way) {
    plan.count(call::equals);
    plan.fail(1, way, Extent.FROM_THEN_ON);
  }
}
