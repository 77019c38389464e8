package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.run.RunCheckpoints;
import org.palimpsest.training.run.RunCheckpoints.Entry;
import org.palimpsest.training.run.RunCheckpoints.Verdict;
import org.palimpsest.training.run.RunCheckpoints.Verification;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The group of commands on the checkpoints of a run. */
@Command(
    name = "checkpoints",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists, verifies, or prunes the checkpoints of a run.")
final class CheckpointsCommand implements Runnable {
  @Spec private CommandSpec spec;

  private CheckpointsCommand() {}

  /** The command with its subcommands. */
  static CommandLine line(Console console) {
    return new CommandLine(new CheckpointsCommand())
        .addSubcommand(new ListCommand(console))
        .addSubcommand(new VerifyCommand(console))
        .addSubcommand(new PruneCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "The command checkpoints needs a subcommand: name list, verify, or prune.");
  }

  private static RunCheckpoints of(Recipe recipe) {
    return new RunCheckpoints(recipe, CliEnvironment.hadoop());
  }

  @Command(
      name = "list",
      description = "Lists the checkpoints of a run, oldest first, by their manifests.")
  private static final class ListCommand extends RecipeCommand {
    @Option(names = "--json", description = "Prints one JSON object per checkpoint.")
    private boolean json;

    private ListCommand(Console console) {
      super(console);
    }

    @Override
    int run(Recipe recipe) {
      List<Entry> entries = of(recipe).list();
      if (!json) {
        console().print(console().style().strong(row("step", "bytes", "raw tokens", "folder")));
      }
      entries.forEach(entry -> console().print(json ? Json.line(facts(entry)) : row(entry)));
      return 0;
    }

    private static Map<String, Object> facts(Entry entry) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("step", entry.step());
      facts.put("bytes", entry.bytes());
      facts.put("raw tokens", entry.rawTokens());
      facts.put("folder", shown(entry));
      facts.put("trouble", entry.trouble().orElse(""));
      return facts;
    }

    private static String row(Entry entry) {
      String folder = shown(entry) + entry.trouble().map(trouble -> ": " + trouble).orElse("");
      return entry.isFinished()
          ? row(count(entry.step()), count(entry.bytes()), count(entry.rawTokens()), folder)
          : row("-", "-", "-", folder);
    }

    private static String count(long number) {
      return String.format(Locale.ROOT, "%,d", number);
    }

    private static String row(String step, String bytes, String tokens, String folder) {
      return String.format(Locale.ROOT, "%10s %16s %18s  %s", step, bytes, tokens, folder);
    }
  }

  private static String shown(Entry entry) {
    return Secrets.redacted(entry.folder());
  }

  @Command(
      name = "verify",
      description = "Reads every file of every checkpoint and compares it with the manifests.",
      footer = {"", "Exit code 3 if a finished checkpoint is damaged or cannot be read."})
  private static final class VerifyCommand extends RecipeCommand {
    private VerifyCommand(Console console) {
      super(console);
    }

    @Override
    int run(Recipe recipe) {
      RunCheckpoints checkpoints = of(recipe);
      int code = 0;
      for (Entry entry : checkpoints.list()) {
        Verification result = checkpoints.verify(entry);
        console().print(String.format("%-11s %s", words(result.verdict()), shown(entry)));
        result.trouble().ifPresent(sentence -> console().printError("palimpsest: " + sentence));
        if (result.verdict() == Verdict.DAMAGED || result.verdict() == Verdict.UNREADABLE) {
          code = PalimpsestException.Kind.INPUT.exitCode();
        }
      }
      return code;
    }

    private static String words(Verdict verdict) {
      return verdict.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  @Command(
      name = "prune",
      description = {
        "Deletes old and unfinished checkpoints; refused while the run is active.",
        "Reads the checkpoints that it keeps, and puts damaged ones aside instead of counting them."
      })
  private static final class PruneCommand extends RecipeCommand {
    @Option(
        names = "--keep",
        paramLabel = "N",
        description =
            "Number of newest checkpoints to keep, in addition to the checkpoint.keep-best best"
                + " ones. Default: checkpoint.keep.")
    private Integer keep;

    private PruneCommand(Console console) {
      super(console);
    }

    @Override
    Recipe adjusted(Recipe recipe) {
      return keep == null ? recipe : recipe.with("checkpoint.keep=" + keep);
    }

    @Override
    int run(Recipe recipe) {
      of(recipe).prune(console()::warn).forEach(name -> console().print("deleted  " + name));
      return 0;
    }
  }
}
