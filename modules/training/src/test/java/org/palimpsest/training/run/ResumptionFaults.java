package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.FaultMatrix;
import org.palimpsest.storage.FaultMatrix.Point;
import org.palimpsest.storage.FaultPlan;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;

/**
 * A run of ten steps goes on to step 15 while a call of the file system fails. Whatever happens is
 * told in one sentence; the run never begins at step 0 again, and ends with the bytes of one that
 * met no fault.
 */
final class ResumptionFaults implements FaultMatrix.Test {
  private static final ToyWorkload WORKLOAD = ToyWorkload.sound(0.9);

  private final ToyRuns runs;
  private final FaultPlan plan;
  private final Path disk;
  private final float[] undisturbed;
  private int number;

  ResumptionFaults(SparkSession spark, Path disk) {
    this.disk = disk;
    runs = new ToyRuns(spark, disk);
    plan = FaultPlan.install(spark.sparkContext().hadoopConfiguration(), FaultPlan.Kind.DISK);
    Recipe whole = runs.recipe("whole", "training.steps=15", "checkpoint.every=5");
    runs.train(whole, WORKLOAD);
    undisturbed = runs.parameters(whole);
    runs.train(recipe("begun").with("training.steps=10"), WORKLOAD);
  }

  private Recipe recipe(String name) {
    return runs.recipe(name, "training.steps=15", "checkpoint.every=5", "checkpoint.lease=1s")
        .with("training.attempts=1", "run.directory=\"faulty:" + disk.resolve(name) + "\"");
  }

  /** A copy of the run of ten steps. */
  private Recipe copy() throws Exception {
    String name = "copy-" + ++number;
    FileUtils.copyDirectory(disk.resolve("begun").toFile(), disk.resolve(name).toFile());
    return recipe(name);
  }

  /**
   * The points to test. Failures that are repeated for seconds are left to {@link
   * CheckpointFaults}.
   */
  List<Point> points(int n) throws Exception {
    Recipe recipe = copy();
    plan.repair();
    runs.train(recipe, WORKLOAD);
    return new FaultMatrix(plan.calls().size()).everyNthQuickly(n);
  }

  @Override
  public void at(Point point) throws Exception {
    Recipe recipe = copy();
    List<Long> starts = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void segmentStarted(SegmentStart start) {
            starts.add(start.firstStep());
          }
        };
    plan.fail(point.call(), point.way(), point.extent());
    try {
      var unused = runs.train(recipe, WORKLOAD, listener);
    } catch (PalimpsestException e) {
      assertThat(e).as("%s", point).message().endsWith(".").doesNotContain("\n");
      assertThat(e.kind()).as("%s", point).isIn(Kind.INPUT, Kind.CLUSTER);
    }
    plan.repair();
    long good = runs.checkpoints(recipe).newestValid(w -> {}).map(Checkpoint::step).orElse(0L);
    assertThat(good).as("newest good checkpoint after %s", point).isGreaterThanOrEqualTo(10);
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreException(PalimpsestException.class) // While a lease that was not returned expires.
        .until(() -> runs.train(recipe, WORKLOAD, listener).step() == 15);
    assertThat(starts).as("first steps after %s", point).doesNotContain(0L);
    assertThat(runs.parameters(recipe)).as("%s", point).containsExactly(undisturbed);
    FileUtils.deleteDirectory(disk.resolve("copy-" + number).toFile());
  }
}
