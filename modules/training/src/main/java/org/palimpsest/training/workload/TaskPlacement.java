package org.palimpsest.training.workload;

import org.apache.spark.TaskContext;
import org.palimpsest.model.Device;

/**
 * Where a replica computes: the resources that Spark assigned to its task.
 *
 * @param rank 0, 1, … among the workers
 * @param threads CPU threads that it may use: the cores of the task
 * @param device the GPU, or the CPU
 */
public record TaskPlacement(int rank, int threads, Device device) {

  /**
   * The placement of the running task. If {@code requested} is a GPU and Spark manages GPUs, the
   * task computes on the GPU that Spark assigned to it.
   */
  public static TaskPlacement of(TaskContext task, Device requested) {
    var gpus = task.resourcesJMap().get("gpu");
    boolean assigned = requested.isCuda() && gpus != null && gpus.addresses().length > 0;
    Device device = assigned ? gpu(gpus.addresses()[0]) : requested;
    return new TaskPlacement(task.partitionId(), task.cpus(), device);
  }

  private static Device gpu(String address) {
    int number = GpuAddress.ofThisProcess().number(address, GpuAddress.Machine::ask);
    return Device.parse("cuda:" + number);
  }
}
