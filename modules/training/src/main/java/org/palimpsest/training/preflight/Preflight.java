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
 * All checks, in the order of their dependencies: settings, slots, the run's folder, the machines.
 * The check of the machines is a short Spark job, which also unpacks and loads native libraries on
 * every executor.
 */
public final class Preflight {
  private static final String BARRIER_TIMEOUT = "spark.barrier.sync.timeout";
  private static final long LEAST_BARRIER_SECONDS = 60;

  private final JavaSparkContext spark;
  private final ClusterRequirements requirements;
  private final Warming warming;

  /**
   * Creates the checks without running them.
   *
   * @param warming loads, in a task, what is slow at its first use on a machine
   */
  public Preflight(JavaSparkContext spark, ClusterRequirements requirements, Warming warming) {
    this.spark = spark;
    this.requirements = requirements;
    this.warming = warming;
  }

  /**
   * Checks that a run can start, and limits how long its tasks wait for each other.
   *
   * @param warnings takes a sentence for each finding that does not stop the run
   * @throws PalimpsestException of kind CLUSTER that says what is wrong and which setting to change
   */
  public void require(Consumer<String> warnings) {
    boundBarrier(spark.sc().conf(), requirements.timeout());
    for (Finding finding : findings()) {
      switch (finding.verdict()) {
        case FAIL -> throw PalimpsestException.cluster(finding.sentence());
        case WARN -> warnings.accept(finding.sentence());
        case OK -> {}
      }
    }
  }

  /**
   * Waits until Spark has slots for all workers again, after executors were lost.
   *
   * @throws PalimpsestException of kind CLUSTER if there are too few slots
   */
  public void requireSlots() {
    Finding slots = new SlotCheck(spark.sc(), requirements).finding();
    if (slots.isFailure()) {
      throw PalimpsestException.cluster(slots.sentence());
    }
  }

  /**
   * Sets Spark's barrier timeout, because its default is a year. It is at least a minute: Spark
   * keeps the value of the first run of a session, and an executor that has just replaced another
   * loads native libraries first.
   */
  private static void boundBarrier(SparkConf conf, Duration timeout) {
    long seconds = Math.max(LEAST_BARRIER_SECONDS, timeout.toSeconds());
    conf.setIfMissing(BARRIER_TIMEOUT, Long.toString(seconds));
  }

  /** The results of all checks. After a failure, the checks that depend on it are skipped. */
  public List<Finding> findings() {
    SparkConf conf = spark.getConf();
    Master master = Master.of(conf);
    List<Finding> findings =
        new ArrayList<>(new SettingChecks(conf, master, requirements).findings());
    findings.add(new OffHeapCheck(conf, master, requirements).finding());
    findings.add(new StageCheck(spark.sc(), requirements.resources()).finding());
    findings.add(new TrustCheck(conf, requirements).finding());
    KerberosCheck.ofThisProcess().finding().ifPresent(findings::add);
    if (findings.stream().noneMatch(Finding::isFailure)) {
      findings.add(new SlotCheck(spark.sc(), requirements).finding());
    }
    if (findings.stream().noneMatch(Finding::isFailure)) {
      findings.addAll(places());
    }
    return findings;
  }

  /** Checks the run's folder and the machines with one probe. */
  private List<Finding> places() {
    List<Finding> findings = new ArrayList<>();
    try (RunFolder folder = new RunFolder(requirements.directory(), spark.hadoopConfiguration())) {
      findings.add(folder.driverWrites());
      if (!findings.get(0).isFailure()) {
        findings.add(folder.createIfAbsent());
        Collection<Machine> machines = probe(folder.path());
        findings.add(folder.isShared(machines));
        findings.addAll(new MachineChecks(machines, requirements).findings());
      }
    }
    return findings;
  }

  private Collection<Machine> probe(String folder) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    Probe probe = new Probe(folder, requirements.device(), warming, hadoop);
    WorkerResources resources = requirements.resources();
    return probe.inspect(
        spark,
        resources,
        Math.max(requirements.workers(), new SlotCheck(spark.sc(), requirements).slots()));
  }
}
