package org.palimpsest.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import org.palimpsest.cli.display.AnsiStyle;

/**
 * The output of a command: results go to {@code out}, everything else to {@code err}.
 *
 * @param out receives results
 * @param err receives progress and failures
 * @param style colors for {@code out}
 * @param columns width of {@code out}, in characters
 * @param live whether a progress bar can be redrawn on {@code err}
 */
public record Console(
    PrintStream out, PrintStream err, AnsiStyle style, int columns, boolean live) {
  private static final int PAGE = 100;

  /** The streams of this process; system properties of the launcher say if they are terminals. */
  public static Console ofProcess() {
    int columns = Integer.getInteger("palimpsest.columns", 0);
    boolean colors = columns > 0 && System.getenv("NO_COLOR") == null;
    return new Console(
        results(),
        System.err,
        colors ? AnsiStyle.ANSI : AnsiStyle.PLAIN,
        columns > 0 ? columns : PAGE,
        Boolean.getBoolean("palimpsest.live"));
  }

  /**
   * The file descriptor that the launcher opened for results, because native libraries write to
   * stdout; without one, stdout.
   */
  private static PrintStream results() {
    return Integer.getInteger("palimpsest.channel") == null
        ? System.out
        : new PrintStream(
            new FileOutputStream(descriptor(Integer.getInteger("palimpsest.channel"))),
            true,
            StandardCharsets.UTF_8);
  }

  /**
   * An inherited descriptor. Opening {@code /dev/fd/N} instead would give a file a second position,
   * and other writers would overwrite our output. Spark's own Java options open java.io.
   */
  private static FileDescriptor descriptor(int number) {
    try {
      Constructor<FileDescriptor> constructor =
          FileDescriptor.class.getDeclaredConstructor(int.class);
      constructor.setAccessible(true);
      return constructor.newInstance(number);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "The file descriptor for results is not open: start the command with bin/palimpsest.", e);
    }
  }

  /** Streams that are not terminals. */
  public static Console plain(PrintStream out, PrintStream err) {
    return new Console(out, err, AnsiStyle.PLAIN, PAGE, false);
  }

  /** Prints one line of a result. */
  void print(String line) {
    out.println(line);
  }

  /** Prints a sentence about something that does not stop the command. */
  void warn(String sentence) {
    err.println("Warning: " + sentence);
  }

  /** Prints one line of progress, or a failure. */
  void printError(String line) {
    err.println(line);
  }
}
