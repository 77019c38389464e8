package org.palimpsest.training.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;

/**
 * Trains on a disk of its own that becomes full, is made larger, becomes read-only, and is
 * repaired, in a process that {@link SmallDiskTest} starts in a namespace of mounts.
 */
final class SmallDiskRun {
  private SmallDiskRun() {}

  /** Argument: where the disk is mounted. */
  public static void main(String[] arguments) throws Exception {
    Path disk = Path.of(arguments[0]);
    try (SparkSession spark = SparkExtension.start()) {
      ToyRuns runs = new ToyRuns(spark, disk);
      train("begun", runs, 20);
      Path ballast = disk.resolve("ballast");
      fill(ballast);
      train("full", runs, 60);
      Files.delete(ballast);
      train("repaired", runs, 60);
      mount(disk, "ro");
      train("read-only", runs, 100);
      mount(disk, "rw");
      train("writable", runs, 100);
    }
  }

  private static void train(String phase, ToyRuns runs, int steps) {
    Recipe recipe =
        runs.recipe("run", "checkpoint.every=10", "training.workers=2", "training.attempts=1")
            .with("training.steps=" + steps, "checkpoint.lease=1s");
    try {
      runs.train(recipe, ToyWorkload.sound(0.9));
      System.out.println(phase + ": step " + newest(runs, recipe));
    } catch (PalimpsestException e) {
      System.out.println(
          phase + ": " + newest(runs, recipe) + ", " + e.kind() + ", " + e.getMessage());
    }
  }

  private static long newest(ToyRuns runs, Recipe recipe) {
    return runs.checkpoints(recipe).newestValid(w -> {}).map(Checkpoint::step).orElse(0L);
  }

  /** Leaves a few kilobytes. */
  private static void fill(Path ballast) throws IOException {
    long free = ballast.getParent().toFile().getUsableSpace();
    Files.write(ballast, new byte[Math.toIntExact(free - 8192)]);
  }

  private static void mount(Path disk, String mode) throws Exception {
    int code =
        new ProcessBuilder("mount", "-o", "remount," + mode, disk.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("mount ended with " + code);
    }
  }
}
