package org.palimpsest.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.function.Supplier;
import org.apache.hadoop.security.AccessControlException;
import org.palimpsest.base.PalimpsestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a call to a file system that may fail temporarily: {@value #ATTEMPTS} attempts with
 * doubling pauses, about three seconds in total.
 */
public final class Retry {
  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MS = 200;

  private Retry() {}

  /**
   * Calls until the call succeeds.
   *
   * @param call must be repeatable after a partial failure
   * @throws PalimpsestException the last failure, or immediately one that no repetition can fix
   */
  public static <T> T until(Supplier<T> call) {
    long pauseMs = FIRST_PAUSE_MS;
    for (int attempt = 1; ; attempt++) {
      try {
        return call.get();
      } catch (PalimpsestException e) {
        if (attempt == ATTEMPTS || !mayPass(e)) {
          throw e;
        }
        LOG.warn("{} The next attempt is in {} ms.", e.getMessage(), pauseMs);
        pause(pauseMs, e);
        pauseMs *= 2;
      }
    }
  }

  /**
   * Runs until the run succeeds.
   *
   * @param action must be repeatable after a partial failure
   * @throws PalimpsestException as {@link #until}
   */
  public static void run(Runnable action) {
    Runnable unused =
        until(
            () -> {
              action.run();
              return action;
            });
  }

  /** What is missing, forbidden or damaged stays so. */
  private static boolean mayPass(PalimpsestException e) {
    return e.getCause() instanceof IOException cause
        && !(cause instanceof FileNotFoundException)
        && !(cause instanceof AccessControlException)
        && !(cause instanceof AccessDeniedException)
        && !(cause instanceof DamageException);
  }

  private static void pause(long ms, PalimpsestException failure) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }
}
