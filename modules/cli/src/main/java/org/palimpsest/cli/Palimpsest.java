package org.palimpsest.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that contains all others. */
@Command(
    name = "palimpsest",
    versionProvider = Palimpsest.Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Pre-trains encoder-decoder language models by denoising, on Apache Spark.",
    footer = {
      "",
      "Options of Spark (--master, --conf, --driver-memory, ...) may appear anywhere. The default"
          + " is --master local[*].",
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success",
      "1:unexpected failure",
      "2:wrong usage or configuration",
      "3:input data missing or damaged",
      "4:training diverged",
      "5:the cluster lacks or lost resources that the run needs",
      "6:stopped at the time limit or on request: run it again to resume; 0 with"
          + " run.exit-codes = zero-to-go-on"
    },
    subcommands = HelpCommand.class)
final class Palimpsest implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "palimpsest needs a command: name one of those listed by --help.");
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
