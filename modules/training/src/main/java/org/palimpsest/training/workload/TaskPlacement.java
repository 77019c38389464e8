package org.palimpsest.training.workload;

import org.apache.spark.TaskContext;
import org.palimpsest.model.Device;

/**
 * Where a replica computes: what Spark gave to its task.
 *
 * @param rank 0, 1, … among the workers
 * @param threads CPU threads it may use: the cores of the task
 * @param device the card, or the CPU
 */
public record TaskPlacement(int rank, int threads, Device device) {

  /**
   * The place of the running task. Where {@code cuda} is wanted and Spark manages GPUs, the task
   * computes on the card that Spark assigned to it.
   */
  public static TaskPlacement of(TaskContext task, Device wanted) {
    var cards = task.resourcesJMap().get("gpu");
    boolean assigned = wanted.isCuda() && cards != null && cards.addresses().length > 0;
    Device device = assigned ? Device.parse("cuda:" + cards.addresses()[0]) : wanted;
    return new TaskPlacement(task.partitionId(), task.cpus(), device);
  }
}
