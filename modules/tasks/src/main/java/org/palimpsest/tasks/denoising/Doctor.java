package org.palimpsest.tasks.denoising;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.model.Engine;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.preflight.ClusterRequirements;
import org.palimpsest.training.preflight.Finding;
import org.palimpsest.training.preflight.KerberosCheck;
import org.palimpsest.training.preflight.Preflight;
import org.palimpsest.training.preflight.Warming;
import org.palimpsest.training.run.RunPlan;
import org.palimpsest.training.transport.collective.ConnectivityCheck;
import org.palimpsest.training.workload.ReplicaSize;
import org.palimpsest.training.workload.Workload;

/**
 * Checks whether a recipe can be trained on a cluster: the checks of every run, and also the
 * replicas' connections, the tokenizer's library, and whether the network must be trusted. The
 * checks unpack all native libraries on the executors' machines.
 */
public final class Doctor {
  private final Recipe recipe;
  private final SparkSession session;
  private final JavaSparkContext spark;

  /**
   * Reads what the run's folder records.
   *
   * @throws PalimpsestException of kind CLUSTER without a ticket that Hadoop needs for that
   */
  public Doctor(Recipe recipe, SparkSession session) {
    KerberosCheck.ofThisProcess().require();
    this.recipe = recipe.resumed(session.sparkContext().hadoopConfiguration());
    this.session = session;
    spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /** Runs all checks. Does not start the run, and leaves no files in its folder. */
  public List<Finding> examine() {
    RunPlan plan = RunPlan.of(recipe);
    Optional<DenoisingWorkload> workload = workload();
    Optional<ReplicaSize> size = workload.flatMap(DenoisingWorkload::replicaSize);
    ClusterRequirements requirements =
        plan.requirements(
            size, workload.map(w -> w.readerBytes(plan.training().workers())).orElse(0L));
    List<Finding> findings = new ArrayList<>();
    findings.add(model(size));
    workload.flatMap(this::newText).ifPresent(findings::add);
    findings.addAll(
        new Preflight(spark, requirements, warming(recipe.config().getString("engine")))
            .findings());
    if (findings.stream().noneMatch(Finding::isFailure)) {
      findings.add(new ConnectivityCheck(spark, requirements, plan.training().sockets()).finding());
    }
    return findings;
  }

  private Optional<DenoisingWorkload> workload() {
    try {
      return Optional.of(Pretraining.open(recipe, session).workload());
    } catch (PalimpsestException e) {
      if (e.kind() == PalimpsestException.Kind.INPUT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What a run that exists makes of a corpus that has changed; empty if it has not. */
  private Optional<Finding> newText(DenoisingWorkload workload) {
    try {
      return new Checkpoints(recipe.checkpointPath(), spark.hadoopConfiguration())
          .newest()
          .flatMap(newest -> workload.resumedFrom(newest.state()))
          .flatMap(Workload::news)
          .map(news -> Finding.ok("new text", news));
    } catch (PalimpsestException e) {
      if (e.kind() == PalimpsestException.Kind.INPUT) {
        return Optional.of(
            Finding.warn("new text", "pretrain refuses to go on. " + e.getMessage()));
      }
      throw e;
    }
  }

  private static Finding model(Optional<ReplicaSize> size) {
    return size.isPresent()
        ? Finding.ok(
            "model", String.format(Locale.ROOT, "%,d parameters.", size.get().parameters()))
        : Finding.warn(
            "model",
            "There is no corpus yet, so the size of the model is not known and memory is not"
                + " checked: run 'palimpsest prepare', then 'palimpsest doctor' again.");
  }

  private static Warming warming(String engine) {
    return place -> {
      Engine.named(engine).load(place.device());
      Tokenizer.loadNatives();
    };
  }
}
