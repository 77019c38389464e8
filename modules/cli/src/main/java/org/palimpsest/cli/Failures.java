package org.palimpsest.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.base.Secrets;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns an exception into a message of one sentence and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final String WITHOUT_TRACE = " Run it with --stacktrace for the stack trace.";

  private final Console console;

  Failures(Console console) {
    this.console = console;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    if (command.getParseResult().hasMatchedOption("--stacktrace")) {
      console.err().print(Secrets.redacted(trace(e)));
    }
    String hint = PalimpsestException.in(e).isPresent() ? "" : WITHOUT_TRACE;
    console.printError("palimpsest: " + sentence(e) + hint);
    return exitCode(e);
  }

  /**
   * An error, such as a lack of memory, which picocli does not handle.
   *
   * @return the exit code
   */
  int handle(Error e, boolean withTrace) {
    if (withTrace) {
      console.err().print(Secrets.redacted(trace(e)));
    }
    console.printError("palimpsest: " + sentence(e) + (withTrace ? "" : WITHOUT_TRACE));
    return exitCode(e);
  }

  /** The exit code of a failure. */
  static int exitCode(Throwable e) {
    return PalimpsestException.in(e).map(PalimpsestException::kind).orElse(Kind.OTHER).exitCode();
  }

  /** The message of a failure, in one sentence. */
  static String sentence(Throwable e) {
    return PalimpsestException.in(e)
        .map(known -> oneLine(known.getMessage()))
        .orElseGet(() -> unexpected(e));
  }

  /** Wrong usage: prints the message, suggestions, and how to get help. */
  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    console.printError("palimpsest: " + Secrets.redacted(oneLine(e.getMessage())) + suggestion(e));
    console.printError("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String suggestion(ParameterException e) {
    List<String> near =
        e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    return near.isEmpty() ? "" : " (did you mean " + String.join(" or ", near) + "?)";
  }

  private static String unexpected(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String what =
        root.getMessage() == null
            ? root.getClass().getSimpleName()
            : Secrets.redacted(root.getMessage());
    String line = oneLine(what);
    return describe(root) + ": " + line + (line.endsWith(".") ? "" : ".");
  }

  private static String describe(Throwable root) {
    if (root instanceof FileNotFoundException) {
      return "A file is missing";
    }
    return root instanceof IOException
        ? "Reading or writing failed"
        : root.getClass().getSimpleName();
  }

  private static String trace(Throwable e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }

  private static String oneLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }
}
