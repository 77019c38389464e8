package org.palimpsest.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be done with a corpus that is prepared. */
@Command(
    name = "corpus",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Looks at a prepared corpus.")
final class CorpusCommand implements Runnable {
  @Spec private CommandSpec spec;

  private CorpusCommand() {}

  /** The command with its subcommands. */
  static CommandLine line(Console console) {
    return new CommandLine(new CorpusCommand()).addSubcommand(new InspectCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name what to do with the corpus: inspect.");
  }
}
