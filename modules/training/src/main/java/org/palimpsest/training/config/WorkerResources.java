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
 * What Spark shall give to each task that computes with a model, where that is not what all tasks
 * of the application get: stages of such tasks then have a resource profile of their own (Spark
 * calls that stage-level scheduling). The executors are those that are there.
 *
 * @param cores of a task; none: {@code spark.task.cpus}
 * @param gpus cards of a task; none: {@code spark.task.resource.gpu.amount}
 */
public record WorkerResources(OptionalInt cores, OptionalInt gpus) {
  /** What all tasks of the application get. */
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
              + ", but a replica computes on one card: set it to 1, and training.workers to the"
              + " number of cards.");
    }
    return resources;
  }

  private static OptionalInt number(Section section, String key) {
    return section.has(key) ? OptionalInt.of(section.size(key)) : OptionalInt.empty();
  }

  /** Whether the tasks get what all tasks of the application get. */
  public boolean areUsual() {
    return cores.isEmpty() && gpus.isEmpty();
  }

  /** Cores of a task in an application with these settings. */
  public int cores(SparkConf conf) {
    return cores.orElse(conf.getInt(TASK_CPUS, 1));
  }

  /** Cards of a task in an application with these settings. */
  public double gpus(SparkConf conf) {
    return gpus.isPresent() ? gpus.getAsInt() : conf.getDouble(TASK_GPUS, 0);
  }

  /** The key of {@link #cores(SparkConf)}. */
  public String coresKey() {
    return cores.isPresent() ? "training.resources.cores" : TASK_CPUS;
  }

  /** The key of {@link #gpus(SparkConf)}. */
  public String gpusKey() {
    return gpus.isPresent() ? "training.resources.gpus" : TASK_GPUS;
  }

  /** What Spark calls this; the default where it is the usual. */
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
    double cards = gpus(conf);
    return cards > 0 ? requests.resource(GPU, cards) : requests;
  }

  /** Why this cluster cannot give it, in Spark's words. */
  public Optional<String> refusal(SparkContext spark) {
    try {
      profile(spark);
      return Optional.empty();
    } catch (Exception e) {
      if (e instanceof SparkException) { // Checked, but comes undeclared from Scala.
        return Optional.of(e.getMessage());
      }
      throw e;
    }
  }

  /**
   * How many such tasks share some work: as many as run at once, none without a piece.
   *
   * @param pieces that the work can be cut into
   */
  public int tasks(JavaSparkContext spark, long pieces) {
    int atOnce = Math.max(1, spark.defaultParallelism() / cores(spark.sc().conf()));
    return (int) Math.max(1, Math.min(atOnce, pieces));
  }

  /** The same data, with the stage that comes to them running in tasks that get it. */
  public <T> JavaRDD<T> on(JavaRDD<T> data) {
    return areUsual() ? data : data.withResources(profile(data.context()));
  }
}
