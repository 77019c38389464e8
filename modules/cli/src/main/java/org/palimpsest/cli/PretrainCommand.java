package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.training.Recipe;
import org.palimpsest.training.Run;
import org.palimpsest.training.RunResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "pretrain",
    description = "Trains a model on a prepared corpus, from its newest checkpoint if it has one.",
    footer = {"", "Ends with exit code 6 at training.time-limit: run it again, and it goes on."})
final class PretrainCommand extends RecipeCommand {
  @Option(names = "--fresh", description = "Starts over: deletes the run's checkpoints.")
  private boolean fresh;

  @Option(names = "--json", description = "Prints how the run ended as JSON.")
  private boolean json;

  PretrainCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    if (fresh) {
      Surroundings.checkpoints(recipe).prune(0);
    }
    RunResult result = train(recipe, console());
    console().print(json ? Json.line(facts(result)) : sentence(result));
    return result.ending() == RunResult.Ending.FINISHED
        ? 0
        : PalimpsestException.Kind.TIME_LIMIT.exitCode();
  }

  /** Trains under a watcher. */
  static RunResult train(Recipe recipe, Console console) {
    return TrainingWatcher.watch(
        recipe, console, watcher -> Run.open(recipe, Surroundings.spark(), watcher).train());
  }

  /** How a run ended, as a person is told. */
  static String sentence(RunResult result) {
    String ending =
        result.ending() == RunResult.Ending.FINISHED
            ? "Finished"
            : "Stopped at the time limit (run it again to go on)";
    return String.format(
        Locale.ROOT,
        "%s: %,d steps, %,d tokens in %,.0f s of training. Checkpoint: %s",
        ending,
        result.step(),
        result.rawTokens(),
        result.seconds(),
        result.checkpoint());
  }

  /** How a run ended, in the order in which it is told. */
  static Map<String, Object> facts(RunResult result) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("ending", result.ending().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    facts.put("steps", result.step());
    facts.put("raw tokens", result.rawTokens());
    facts.put("target tokens", result.targetTokens());
    facts.put("skipped steps", result.skippedSteps());
    facts.put("training seconds", result.seconds());
    facts.put("checkpoint", result.checkpoint());
    return facts;
  }
}
