package org.palimpsest.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.cli.invocation.Invocation;
import org.palimpsest.cli.night.NightState;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.storage.Deadline;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.LeaseMessages;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.tasks.denoising.Pretraining;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;
import org.palimpsest.training.run.RunPlan;

/**
 * One night: prepare, doctor, pretrain, evaluate, export, report, in one process and one Spark
 * session. Each step looks itself for what is to be done, so a night that was killed needs no
 * repair: the next one finds the same work.
 */
final class Night {
  private static final LeaseMessages MESSAGES =
      new LeaseMessages(
          "another night",
          "Another night is active (%s, %s): wait until it ends, or end it with palimpsest stop.",
          "This night was paused for more than %d s (checkpoint.lease), and another one has begun"
              + " (%s): this one does nothing more.");

  private final Recipe recipe;
  private final Console console;
  private final Invocation invocation;
  private final StepClock clock;
  private final Configuration hadoop = CliEnvironment.hadoop();
  private final StoredFolder folder;
  private final NightPreparation preparation;
  private final NightModel model;
  private final String began = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  private final Map<String, String> done = new LinkedHashMap<>();

  /**
   * Plans a night.
   *
   * @param export folder of the exported model
   * @param invocation gets what the night does
   */
  Night(Recipe recipe, Path export, Console console, Invocation invocation) {
    this.recipe = recipe;
    this.console = console;
    this.invocation = invocation;
    clock = new StepClock(console);
    folder = new StoredFolder(new Path(recipe.directory()), hadoop);
    preparation = new NightPreparation(recipe, console, invocation);
    model = new NightModel(recipe, export, console, invocation);
    invocation.add("night", done);
  }

  /**
   * Works until all is done, or until the time limit of the training.
   *
   * @return how the training ended
   * @throws PalimpsestException of kind CLUSTER if another night is active
   */
  RunResult.Ending run() {
    try (Lease lease = lease()) {
      noteKilled();
      return work(lease);
    }
  }

  private RunResult.Ending work(Lease lease) {
    try {
      Corpus corpus = step("prepare", recipe.directory(), preparation::run);
      done.put("prepare", preparation.summary());
      checkCluster();
      RunResult result = step("pretrain", recipe.objectiveAsWritten().toString(), this::train);
      finish(lease, corpus, result);
      return result.ending();
    } finally {
      noteEnd();
    }
  }

  /** A night that failed was not killed. */
  private void noteEnd() {
    try {
      NightState.read(folder).ended().writeTo(folder);
    } catch (PalimpsestException e) {
      console.warn("The end of the night could not be written: " + e.getMessage());
    }
  }

  private Lease lease() {
    Section checkpoint = new Section("checkpoint", recipe.section("checkpoint"));
    return Lease.take(
        folder.resolve("nightly"),
        hadoop,
        checkpoint.duration("lease"),
        Deadline.ofCheckpoints(checkpoint.duration("timeout")),
        MESSAGES);
  }

  /** A night that is under way although its lease is free was killed. */
  private void noteKilled() {
    NightState state = NightState.read(folder);
    if (state.began() != null) {
      invocation.noteKilled(state.began(), "nightly", state.step());
      console.warn(
          "The night of %s was killed in the step %s: this one goes on."
              .formatted(state.began(), state.step()));
    }
  }

  private <T> T step(String name, String what, Supplier<T> work) {
    NightState.read(folder).in(name, began).writeTo(folder);
    return clock.time(name, what, work);
  }

  /** Without steps to make, nothing is asked of the cluster. */
  private void checkCluster() {
    long steps = RunPlan.of(recipe.resumed(hadoop)).training().steps();
    if (newestStep() >= steps) {
      done.put("doctor", "Skipped: all steps are done.");
      return;
    }
    done.put("doctor", step("doctor", "the cluster", () -> NightCheck.pass(recipe, console)));
  }

  private long newestStep() {
    return CliEnvironment.checkpoints(recipe).newest().map(found -> found.step()).orElse(0L);
  }

  private RunResult train() {
    long before = newestStep();
    RunResult result =
        TrainingWatcher.watch(
            invocation,
            recipe,
            console,
            watcher -> Pretraining.open(recipe, CliEnvironment.spark()).run(watcher),
            Run::train);
    if (result.step() == before) {
      clock.markReused();
    }
    String sentence = PretrainCommand.sentence(result);
    console.print(sentence);
    done.put("pretrain", sentence);
    return result;
  }

  /** What comes after the training, unless the run was stopped on request. */
  private void finish(Lease lease, Corpus corpus, RunResult result) {
    if (result.ending() == RunResult.Ending.STOPPED || result.checkpoint().isEmpty()) {
      done.put("evaluate", "Left to the next night.");
      return;
    }
    if (corpus.manifest().validation().blocks() == 0) {
      done.put("evaluate", "Skipped: the corpus has no held-out text.");
      done.put(
          "export", step("export", "a Hugging Face folder", () -> model.exportUnscored(lease)));
      return;
    }
    Optional<NightModel.Scored> scored =
        step("evaluate", "held-out text, fixed noise", () -> evaluated(corpus));
    done.put("evaluate", model.summary());
    done.put(
        "export",
        step("export", "a Hugging Face folder", () -> model.export(lease, corpus, result)));
    scored.ifPresent(
        scores ->
            done.put(
                "report",
                step(
                    "report",
                    "a page",
                    () -> model.report(scores, corpus, result, clock.steps()))));
  }

  private Optional<NightModel.Scored> evaluated(Corpus corpus) {
    Optional<NightModel.Scored> scored = model.evaluate(corpus);
    if (scored.isEmpty()) {
      clock.markReused();
    }
    return scored;
  }
}
