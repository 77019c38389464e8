package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.palimpsest.cli.invocation.Invocation;
import org.palimpsest.tasks.finetuning.FineTuning;
import org.palimpsest.tasks.finetuning.PairReport;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;
import org.palimpsest.training.telemetry.ExitCodes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "finetune",
    description = "Trains a model on pairs of texts, then writes and scores the held-out ones.",
    footer = {
      "",
      "Pairs are JSON lines, Parquet, CSV, or TSV with two fields. Exit code 6 at"
          + " training.time-limit: run the command again to resume. Use export to write the model"
          + " as a folder, and restore to generate text with it."
    })
final class FinetuneCommand extends RecipeCommand {
  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "A model folder or the directory of a run. Sets finetune.from.")
  private String from;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = "Pairs. Sets finetune.input. May be repeated.")
  private List<String> inputs = List.of();

  @Option(
      names = "--language",
      paramLabel = "TOKEN",
      description = "The language of the sources. Sets finetune.source-language.")
  private String language;

  @Option(
      names = "--target-language",
      paramLabel = "TOKEN",
      description = "The language of the targets. Sets finetune.target-language.")
  private String targetLanguage;

  @Option(names = "--fresh", description = "Starts over: deletes the run's checkpoints and pairs.")
  private boolean fresh;

  @Option(names = "--json", description = "Prints how the run ended, and the scores, as JSON.")
  private boolean json;

  FinetuneCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    Recipe adjusted = with(recipe, "finetune.from", from);
    adjusted = with(adjusted, "finetune.source-language", language);
    adjusted = with(adjusted, "finetune.target-language", targetLanguage);
    return inputs.isEmpty() ? adjusted : adjusted.with(Hocon.assign("finetune.input", inputs));
  }

  private static Recipe with(Recipe recipe, String key, String value) {
    return value == null ? recipe : recipe.with(Hocon.assign(key, value));
  }

  @Override
  int run(Recipe recipe) {
    if (fresh) {
      FineTuning.startOver(recipe, CliEnvironment.hadoop());
    }
    FineTuning fineTuning = FineTuning.open(recipe, CliEnvironment.spark());
    if (!json) {
      console().print(fineTuning.summary());
    }
    RunResult result =
        TrainingWatcher.watch("finetune", recipe, console(), fineTuning::run, Run::train);
    if (ExitCodes.DISTINCT.of(result.ending()) != 0) {
      console()
          .print(
              json ? Json.line(PretrainCommand.facts(result)) : PretrainCommand.sentence(result));
      return Invocation.exitCodes(recipe).of(result.ending());
    }
    print(result, fineTuning.evaluate(fineTuning.newest()));
    return 0;
  }

  private void print(RunResult result, PairReport report) {
    if (json) {
      Map<String, Object> facts = new LinkedHashMap<>(PretrainCommand.facts(result));
      facts.put("scores", report);
      console().print(Json.value(facts));
      return;
    }
    console().print(PretrainCommand.sentence(result));
    console()
        .print(
            String.format(
                Locale.ROOT,
                "%,d held-out pairs: loss %.3f, exact match %.1f %%, token F1 %.1f %%, ROUGE-L %.1f"
                    + " %%, BLEU %.1f",
                report.pairs(),
                report.loss(),
                100 * report.exactMatch(),
                100 * report.f1(),
                100 * report.rougeL(),
                report.bleu()));
    for (PairReport.Sample sample : report.samples()) {
      console().print("  source   " + sample.source());
      console().print("  target   " + sample.wanted());
      console().print("  output   " + sample.written());
      console().print("");
    }
  }
}
