package org.palimpsest.model.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Kills programs with SIGKILL at a chosen moment. */
public final class Kill {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long POLL_MS = 2;
  private static final int KILLED = 128 + 9;

  private Kill() {}

  /**
   * Starts a program, waits for a sign of progress, and kills it then or a little later. A program
   * that ends before must succeed.
   *
   * @param log receives the program's output
   * @param sign whether the moment has come
   * @param later delay after the sign
   * @return whether the program was killed before its end
   */
  public static boolean of(ChildJvm program, Path log, Callable<Boolean> sign, Duration later)
      throws Exception {
    Process process = program.start(log);
    try {
      await(process, sign, log);
      process.waitFor(later.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      process.destroyForcibly().waitFor();
    }
    int code = process.exitValue();
    assertThat(code).as("exit code; output: %s", Files.readString(log)).isIn(0, KILLED);
    return code == KILLED;
  }

  private static void await(Process process, Callable<Boolean> sign, Path log) throws Exception {
    long start = System.nanoTime();
    while (process.isAlive() && !sign.call()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError(
            "The program gave no sign of progress; output: " + Files.readString(log));
      }
      Thread.sleep(POLL_MS);
    }
  }
}
