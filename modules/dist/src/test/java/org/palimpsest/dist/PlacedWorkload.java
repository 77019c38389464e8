package org.palimpsest.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * Records the resources of training tasks and the threads of their replicas, in one file per task.
 *
 * @param data the workload
 * @param notes folder of the files
 */
record PlacedWorkload(UnequalWorkload data, String notes) implements Workload<Batch> {
  private static final long serialVersionUID = 1L;

  @Override
  public Trainable<Batch> replica(TaskPlacement place) {
    note(notes, "replica", place.threads() + " threads");
    return data.replica(place);
  }

  /** The resources of a task, as one line. */
  static String resources(TaskContext task) {
    var gpus = task.resourcesJMap().get("gpu");
    return task.cpus()
        + " cores, GPUs "
        + (gpus == null ? "none" : String.join("+", gpus.addresses()));
  }

  private static void note(String folder, String what, String text) {
    try {
      String task = ProcessHandle.current().pid() + "-" + TaskContext.getPartitionId();
      Files.writeString(Path.of(folder, what + "-" + task), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public JavaRDD<StepInput<Batch>> steps(JavaSparkContext spark, long firstStep, int workers) {
    String folder = notes;
    return data.steps(spark, firstStep, workers)
        .mapPartitions(
            inputs -> {
              note(folder, "task", resources(TaskContext.get()));
              return inputs;
            });
  }

  @Override
  public long epoch(long step) {
    return data.epoch(step);
  }

  @Override
  public String fingerprint() {
    return data.fingerprint();
  }
}
