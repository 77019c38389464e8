package org.palimpsest.training.preflight;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.config.WorkerResources;

/**
 * All checks, in the order in which one needs the other: settings, slots, the run's folder, the
 * machines. The last needs a short Spark job; it also unpacks and loads native libraries on every
 * executor.
 */
public final class Preflight {
  private static final String BARRIER_TIMEOUT = "spark.barrier.sync.timeout";
  private static final long LEAST_BARRIER_SECONDS = 60;

  private final JavaSparkContext spark;
  private final ClusterRequirements demand;
  private final Warming warming;

  /**
   * Prepares the checks.
   *
   * @param warming uses, in a task, what is slow at its first use on a machine
   */
  public Preflight(JavaSparkContext spark, ClusterRequirements demand, Warming warming) {
    this.spark = spark;
    this.demand = demand;
    this.warming = warming;
  }

  /**
   * Makes sure that a run can begin, and bounds how long its tasks wait for one another.
   *
   * @param warnings gets a sentence for what does not stop the run
   * @throws PalimpsestException of kind CLUSTER: what is wrong, and which setting to change
   */
  public void require(Consumer<String> warnings) {
    boundBarrier(spark.sc().conf(), demand.timeout());
    for (Finding finding : findings()) {
      switch (finding.verdict()) {
        case FAIL -> throw PalimpsestException.cluster(finding.sentence());
        case WARN -> warnings.accept(finding.sentence());
        case OK -> {}
      }
    }
  }

  /**
   * Waits until all workers find a place at once again, after some have lost theirs.
   *
   * @throws PalimpsestException of kind CLUSTER if they do not
   */
  public void requireSlots() {
    Finding slots = new SlotCheck(spark.sc(), demand).finding();
    if (slots.isFailure()) {
      throw PalimpsestException.cluster(slots.sentence());
    }
  }

  /**
   * Spark's default is a year: a worker that never comes would not be missed. A minute at least,
   * because Spark keeps what the first run of a session says, and an executor that has just
   * replaced another loads native libraries first.
   */
  private static void boundBarrier(SparkConf conf, Duration timeout) {
    long seconds = Math.max(LEAST_BARRIER_SECONDS, timeout.toSeconds());
    conf.setIfMissing(BARRIER_TIMEOUT, Long.toString(seconds));
  }

  /** What every check has found. After a failure, checks that would build on it are left out. */
  public List<Finding> findings() {
    SparkConf conf = spark.getConf();
    Master master = Master.of(conf);
    List<Finding> findings = new ArrayList<>(new SettingChecks(conf, master, demand).findings());
    findings.add(new OffHeapCheck(conf, master, demand).finding());
    findings.add(new StageCheck(spark.sc(), demand.resources()).finding());
    if (findings.stream().noneMatch(Finding::isFailure)) {
      findings.add(new SlotCheck(spark.sc(), demand).finding());
    }
    if (findings.stream().noneMatch(Finding::isFailure)) {
      findings.addAll(places());
    }
    return findings;
  }

  /** The run's folder and the machines, which are probed together. */
  private List<Finding> places() {
    List<Finding> findings = new ArrayList<>();
    try (RunFolder folder = new RunFolder(demand.directory(), spark.hadoopConfiguration())) {
      findings.add(folder.driverWrites());
      if (!findings.get(0).isFailure()) {
        findings.add(folder.createIfAbsent());
        Collection<Machine> machines = probe(folder.path());
        findings.add(folder.isShared(machines));
        findings.addAll(new MachineChecks(machines, demand).findings());
      }
    }
    return findings;
  }

  private Collection<Machine> probe(String folder) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    Probe probe = new Probe(folder, demand.device(), warming, hadoop);
    WorkerResources resources = demand.resources();
    return probe.look(
        spark, resources, Math.max(demand.workers(), new SlotCheck(spark.sc(), demand).slots()));
  }
}
