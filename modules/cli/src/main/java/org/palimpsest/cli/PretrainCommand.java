package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;
import org.palimpsest.cli.invocation.Invocation;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.tasks.denoising.Pretraining;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "pretrain",
    description =
        "Trains a model on a prepared corpus, from its newest checkpoint if there is one.",
    footer = {
      "",
      "Exit code 6 at training.time-limit, and after SIGTERM, SIGINT or palimpsest stop: run the"
          + " command again to resume. With run.exit-codes = zero-to-go-on it is 0."
    })
final class PretrainCommand extends RecipeCommand {
  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "A model folder or the directory of a run to begin from. Sets model.from.")
  private String from;

  @Option(names = "--fresh", description = "Starts over: deletes the run's checkpoints.")
  private boolean fresh;

  @Option(names = "--json", description = "Prints how the run ended as JSON.")
  private boolean json;

  PretrainCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    return from == null ? recipe : recipe.with(Hocon.assign("model.from", from));
  }

  @Override
  int run(Recipe recipe) {
    RunResult result =
        fresh
            ? train("pretrain", recipe.fromScratch(), console(), Run::trainFromScratch)
            : train("pretrain", recipe, console(), Run::train);
    console().print(json ? Json.line(facts(result)) : sentence(result));
    return Invocation.exitCodes(recipe).of(result.ending());
  }

  /**
   * Trains, shows progress, and keeps {@code status.json} and the history.
   *
   * @param command name of the invocation
   * @param train resumes the run, or starts it from scratch
   */
  static RunResult train(
      String command, Recipe recipe, Console console, Function<Run<Batch>, RunResult> train) {
    return TrainingWatcher.watch(
        command,
        recipe,
        console,
        watcher -> Pretraining.open(recipe, CliEnvironment.spark()).run(watcher),
        train);
  }

  /** One sentence about how a run ended. */
  static String sentence(RunResult result) {
    String ending =
        switch (result.ending()) {
          case FINISHED -> "Finished";
          case TIME_LIMIT -> "Stopped at the time limit (run it again to resume)";
          case STOPPED -> "Stopped on request (run it again to resume)";
          case EARLY -> "Stopped early because the held-out loss no longer improved";
        };
    return String.format(
        Locale.ROOT,
        "%s: %,d steps, %,d tokens in %,.0f s of training. %s",
        ending,
        result.step(),
        result.rawTokens(),
        result.seconds(),
        result.checkpoint().map(path -> "Checkpoint: " + path).orElse("There is no checkpoint."));
  }

  /** How a run ended, in display order. */
  static Map<String, Object> facts(RunResult result) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("ending", Section.kebab(result.ending()));
    facts.put("steps", result.step());
    facts.put("raw tokens", result.rawTokens());
    facts.put("target tokens", result.targetTokens());
    facts.put("skipped steps", result.skippedSteps());
    facts.put("bytes exchanged", result.bytesExchanged());
    facts.put("training seconds", result.seconds());
    facts.put("checkpoint", Secrets.redacted(result.checkpoint().orElse("")));
    return facts;
  }
}
