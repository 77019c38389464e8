package org.palimpsest.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The group of commands on a prepared corpus. */
@Command(
    name = "corpus",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Inspects a prepared corpus, or deletes text that was withdrawn from it.")
final class CorpusCommand implements Runnable {
  @Spec private CommandSpec spec;

  private CorpusCommand() {}

  /** The command with its subcommands. */
  static CommandLine line(Console console) {
    return new CommandLine(new CorpusCommand())
        .addSubcommand(new InspectCommand(console))
        .addSubcommand(new PurgeCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "The command corpus needs a subcommand: name inspect or purge.");
  }
}
