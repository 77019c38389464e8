package org.palimpsest.training;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.model.Batch;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.Lease;

/**
 * A segment that ends where it begins: its workers read a checkpoint into their replicas, train
 * nothing, and write the next checkpoint as after any other segment. No run makes one.
 */
public final class SegmentWithoutSteps {
  private SegmentWithoutSteps() {}

  /**
   * Saves the newest checkpoint of a recipe's run again.
   *
   * <p>The exchange is collective: there a replica is read and written by its worker, whatever
   * transport has left the checkpoint.
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
    try (Lease lease = Lease.take(plan.checkpointPath(), hadoop, plan.lease())) {
      lease.goOnFrom(from.step());
      Publication publication =
          new Publication(
              plan,
              checkpoints,
              Map.of(Checkpoint.TOKENIZER, tokenizer),
              new MetricsFile(new StoredFolder(plan.directory(), hadoop)),
              RunListener.none(),
              lease,
              name -> false);
      SegmentOrder order =
          plan.order(
              Optional.of(from),
              from.state(),
              new TimeLimit(Optional.empty()).clock(),
              hadoop,
              UUID.randomUUID());
      new CollectiveSegment<>(context, workload, plan.training().resources())
          .run(order, new Publisher(publication, order));
      return publication.newest().orElseThrow().folder().path().toUri();
    }
  }
}
