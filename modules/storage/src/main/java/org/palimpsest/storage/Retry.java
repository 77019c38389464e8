package org.palimpsest.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.function.Supplier;
import org.palimpsest.base.PalimpsestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File systems over a network fail now and then, and the same call works a moment later. It is
 * tried {@value #ATTEMPTS} times, after pauses that double: about three seconds in all.
 */
public final class Retry {
  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MS = 200;

  private Retry() {}

  /**
   * Calls until it works.
   *
   * @param call may be made again after it has failed half-way
   * @throws PalimpsestException the last failure, or at once one that no repetition would cure
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
        LOG.warn("{} It is tried again in {} ms.", e.getMessage(), pauseMs);
        pause(pauseMs, e);
        pauseMs *= 2;
      }
    }
  }

  /** A file that is not there will not come. */
  private static boolean mayPass(PalimpsestException e) {
    return e.getCause() instanceof IOException && !(e.getCause() instanceof FileNotFoundException);
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
