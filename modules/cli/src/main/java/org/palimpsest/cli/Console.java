package org.palimpsest.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import org.palimpsest.cli.display.Ink;

/**
 * Where a command speaks: results to {@code out}, everything else to {@code err}.
 *
 * @param out results
 * @param err progress and failures
 * @param ink colours for {@code out}
 * @param columns width of {@code out}
 * @param live whether a progress bar can be redrawn on {@code err}
 */
public record Console(PrintStream out, PrintStream err, Ink ink, int columns, boolean live) {
  private static final int PAGE = 100;

  /** The process's own streams; the launcher says whether they are terminals. */
  public static Console ofProcess() {
    int columns = Integer.getInteger("palimpsest.columns", 0);
    boolean colours = columns > 0 && System.getenv("NO_COLOR") == null;
    return new Console(
        results(),
        System.err,
        colours ? Ink.COLOUR : Ink.PLAIN,
        columns > 0 ? columns : PAGE,
        Boolean.getBoolean("palimpsest.live"));
  }

  /**
   * The channel that the launcher opened for results, because native libraries write to stdout;
   * stdout itself without one.
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
   * and what others write to it would overwrite ours. Spark's own Java options open java.io.
   */
  private static FileDescriptor descriptor(int number) {
    try {
      Constructor<FileDescriptor> constructor =
          FileDescriptor.class.getDeclaredConstructor(int.class);
      constructor.setAccessible(true);
      return constructor.newInstance(number);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The channel for results is closed.", e);
    }
  }

  /** Streams that are no terminal. */
  public static Console plain(PrintStream out, PrintStream err) {
    return new Console(out, err, Ink.PLAIN, PAGE, false);
  }

  /** A result, as a line of its own. */
  void print(String line) {
    out.println(line);
  }

  /** What happens, for a person who waits. */
  void tell(String line) {
    err.println(line);
  }
}
