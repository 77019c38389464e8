package org.palimpsest.training.run;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.tasks.denoising.Pretraining;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.saving.CheckpointPublisher;
import org.palimpsest.training.saving.CheckpointWatcher;
import org.palimpsest.training.saving.MetricsFile;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.StopRequest;
import org.palimpsest.training.transport.collective.CollectiveSegment;
import org.palimpsest.training.workload.Workload;

/**
 * A segment of zero steps: its workers read a checkpoint into their replicas and write the next
 * checkpoint as after any other segment. Only tests run such a segment.
 */
public final class SegmentWithoutSteps {
  private SegmentWithoutSteps() {}

  /**
   * Saves the newest checkpoint of a recipe's run again.
   *
   * <p>The transport is collective, in which each worker reads and writes its replica; the
   * checkpoint may come from any transport.
   *
   * @return the folder of the new checkpoint
   */
  public static URI save(Recipe recipe, SparkSession spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Configuration hadoop = context.hadoopConfiguration();
    RunPlan plan = RunPlan.of(recipe.with("training.transport=collective", "checkpoint.keep=2"));
    Checkpoints checkpoints = new Checkpoints(plan.checkpointPath(), hadoop);
    Checkpoint from = checkpoints.newestValid(warning -> {}).orElseThrow();
    Workload<Batch> workload = Pretraining.open(recipe, spark).workload();
    byte[] tokenizer = from.folder().readAll(Checkpoint.TOKENIZER);
    try (Lease lease = plan.takeLease(hadoop)) {
      lease.goOnFrom(from.step());
      CheckpointPublisher publisher =
          new CheckpointPublisher(
              checkpoints,
              Map.of(Checkpoint.TOKENIZER, tokenizer, Checkpoint.RECIPE, plan.recipeText()),
              new MetricsFile(new StoredFolder(plan.directory(), hadoop)),
              RunListener.none(),
              lease,
              new CheckpointPublisher.Retention(plan.keep(), name -> false));
      SegmentOrder order =
          plan.order(
              Optional.of(from),
              from.state(),
              new TimeLimit(Optional.empty()).clock(),
              hadoop,
              UUID.randomUUID());
      new CollectiveSegment<>(context, workload, plan.training().resources())
          .run(
              order,
              new CheckpointWatcher(publisher, order),
              new StopRequest(plan.training().stopTimeout()));
      return publisher.newest().orElseThrow().folder().path().toUri();
    }
  }
}
