package org.palimpsest.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command without a subcommand: shows what there is. */
@Command(
    name = "palimpsest",
    versionProvider = Palimpsest.Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Pre-trains encoder-decoder language models by damaging text and restoring it.",
    footer = {
      "",
      "Options of Spark (--master, --conf, --driver-memory, ...) may stand anywhere; --master is"
          + " local[*] unless said otherwise.",
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:an unforeseen failure",
      "2:wrong usage or configuration",
      "3:input data missing or damaged",
      "4:the training diverged",
      "5:the cluster lacks what the run needs, or lost it",
      "6:stopped at the time limit: run it again to go on"
    },
    subcommands = HelpCommand.class)
final class Palimpsest implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command.");
  }

  /** What {@code --version} prints. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Palimpsest.class.getPackage().getImplementationVersion();
      return new String[] {"Palimpsest " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
