package org.palimpsest.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.palimpsest.base.PalimpsestException;
import picocli.CommandLine;

/** The entry point of {@code bin/palimpsest}. Exit codes: see {@link Palimpsest}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    int code = run(Console.ofProcess(), arguments);
    if (Boolean.getBoolean("SPARK_SUBMIT") || isYarnCluster(System.getProperties())) {
      // Before exit: shutdown hooks would stop a session's executors while it starts new ones.
      CliEnvironment.stopSpark();
    }
    if (!isYarnCluster(System.getProperties()) || !isSuccess(code)) {
      System.exit(code);
    }
  }

  /**
   * Whether this process is a YARN application master. It reports any exit of the process as a
   * failure and starts the application again; only a return is a success.
   */
  static boolean isYarnCluster(Properties properties) {
    return properties.getProperty("spark.master", "").startsWith("yarn")
        && properties.getProperty("spark.submit.deployMode", "").equals("cluster");
  }

  /** Whether a run ended as it should: all is done, or it is to be resumed later. */
  static boolean isSuccess(int code) {
    return code == 0 || code == PalimpsestException.Kind.TIME_LIMIT.exitCode();
  }

  /**
   * Runs one command.
   *
   * @param arguments the command's name and its options
   * @return the exit code
   */
  public static int run(Console console, String... arguments) {
    try {
      return commandLine(console).execute(arguments);
    } catch (Error e) { // The process must end, with a sentence, whatever threads still run.
      return new Failures(console).handle(e, List.of(arguments).contains("--stacktrace"));
    }
  }

  static CommandLine commandLine(Console console) {
    CommandLine line = new CommandLine(new Palimpsest());
    line.addSubcommand(new QuickstartCommand(console));
    line.addSubcommand(new PrepareCommand(console));
    line.addSubcommand(CorpusCommand.line(console));
    line.addSubcommand(new ObjectivesCommand(console));
    line.addSubcommand(new PreviewCommand(console));
    line.addSubcommand(new CorruptCommand(console));
    line.addSubcommand(new PretrainCommand(console));
    line.addSubcommand(new FinetuneCommand(console));
    line.addSubcommand(new NightlyCommand(console));
    line.addSubcommand(new StopCommand(console));
    line.addSubcommand(new StatusCommand(console));
    line.addSubcommand(new HistoryCommand(console));
    line.addSubcommand(new CurveCommand(console));
    line.addSubcommand(new EvaluateCommand(console));
    line.addSubcommand(new StudyCommand(console));
    line.addSubcommand(new RestoreCommand(console));
    line.addSubcommand(new EmbedCommand(console));
    line.addSubcommand(new ImportCommand(console));
    line.addSubcommand(new ExportCommand(console));
    line.addSubcommand(CheckpointsCommand.line(console));
    line.addSubcommand(new DoctorCommand(console));
    line.addSubcommand(new SimulateCommand(console));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    Failures failures = new Failures(console);
    line.setExecutionExceptionHandler(failures);
    line.setParameterExceptionHandler(failures);
    return line;
  }
}
