package org.palimpsest.training.config;

import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;

/**
 * Cores and GPUs of the tasks that compute with a model, if they differ from those of the
 * application's other tasks. The stages of such tasks get their own resource profile (Spark's
 * stage-level scheduling) and run on the existing executors.
 *
 * @param cores cores of a task; empty: {@code spark.task.cpus}
 * @param gpus GPUs of a task; empty: {@code spark.task.resource.gpu.amount}
 */
public record WorkerResources(OptionalInt cores, OptionalInt gpus) {
  /** The resources of all other tasks of the application. */
  public static final WorkerResources USUAL =
      new WorkerResources(OptionalInt.empty(), OptionalInt.empty());

  private static final String TASK_CPUS = "spark.task.cpus";
  private static final String TASK_GPUS = "spark.task.resource.gpu.amount";
  private static final String GPU = "gpu";

  /** Reads the section {@code training.resources}. */
  public static WorkerResources from(Recipe recipe) {
    Section section =
        new Section("training.resources", recipe.section("training").getConfig("resources"));
    WorkerResources resources =
        new WorkerResources(number(section, "cores"), number(section, "gpus"));
    if (resources.gpus.orElse(1) != 1) {
      throw PalimpsestException.configuration(
          "training.resources.gpus is "
              + resources.gpus.getAsInt()
              + ", but a replica computes on one GPU: set it to 1, and training.workers to the"
              + " number of GPUs.");
    }
    return resources;
  }

  private static OptionalInt number(Section section, String key) {
    return section.has(key) ? OptionalInt.of(section.size(key)) : OptionalInt.empty();
  }

  /** Whether the tasks have the same resources as all other tasks of the application. */
  public boolean areUsual() {
    return cores.isEmpty() && gpus.isEmpty();
  }

  /** Cores of a task in an application with this configuration. */
  public int cores(SparkConf conf) {
    return cores.orElse(conf.getInt(TASK_CPUS, 1));
  }

  /** GPUs of a task in an application with this configuration. */
  public double gpus(SparkConf conf) {
    return gpus.isPresent() ? gpus.getAsInt() : conf.getDouble(TASK_GPUS, 0);
  }

  /** The key that sets {@link #cores(SparkConf)}. */
  public String coresKey() {
    return cores.isPresent() ? "training.resources.cores" : TASK_CPUS;
  }

  /** The key that sets {@link #gpus(SparkConf)}. */
  public String gpusKey() {
    return gpus.isPresent() ? "training.resources.gpus" : TASK_GPUS;
  }

  /** Spark's resource profile of the tasks; the default profile if they are like all others. */
  public ResourceProfile profile(SparkContext spark) {
    var manager = spark.resourceProfileManager();
    if (areUsual()) {
      return manager.defaultResourceProfile();
    }
    ResourceProfile profile = new ResourceProfileBuilder().require(requests(spark.conf())).build();
    var known = manager.getEquivalentProfile(profile);
    if (known.isEmpty()) {
      manager.addResourceProfile(profile);
    }
    return known.isDefined() ? known.get() : profile;
  }

  private TaskResourceRequests requests(SparkConf conf) {
    TaskResourceRequests requests = new TaskResourceRequests().cpus(cores(conf));
    double amount = gpus(conf);
    return amount > 0 ? requests.resource(GPU, amount) : requests;
  }

  /** Why this cluster cannot run such tasks, in Spark's words; empty if it can. */
  public Optional<String> refusal(SparkContext spark) {
    try {
      profile(spark);
      return Optional.empty();
    } catch (Exception e) {
      if (e instanceof SparkException) { // Checked, but Scala does not declare it.
        return Optional.of(e.getMessage());
      }
      throw e;
    }
  }

  /**
   * How many such tasks to split some work into: as many as run at once, each with at least one
   * piece.
   *
   * @param pieces number of pieces of the work
   */
  public int tasks(JavaSparkContext spark, long pieces) {
    int atOnce = Math.max(1, spark.defaultParallelism() / cores(spark.sc().conf()));
    return (int) Math.max(1, Math.min(atOnce, pieces));
  }

  /** The same data; the stage that computes them runs in tasks with these resources. */
  public <T> JavaRDD<T> on(JavaRDD<T> data) {
    return areUsual() ? data : data.withResources(profile(data.context()));
  }
}
