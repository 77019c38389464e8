package org.palimpsest.corpus.format;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.storage.Reason;

/**
 * Reads a compressed file up to a damaged position. The record at that position is rejected, and
 * the rest of the file is skipped.
 */
final class GuardedReadings implements Readings {
  private final String source;
  private final Opening opening;
  private Readings readings;
  private LongSupplier position = () -> 0;
  private boolean damaged;

  /** Opening a damaged file can fail like reading it. */
  interface Opening {
    Readings open(GuardedReadings guard) throws IOException;
  }

  GuardedReadings(String source, Opening opening) {
    this.source = source;
    this.opening = opening;
  }

  /** Returns the offset at which the current record begins. */
  void watch(LongSupplier recordStart) {
    position = recordStart;
  }

  @Override
  public Reading next() throws IOException {
    if (damaged) {
      return null;
    }
    try {
      if (readings == null) {
        readings = opening.open(this);
      }
      return readings.next();
    } catch (DecompressedStream.Damaged e) {
      damaged = true;
      return new Rejection(
          source, Long.toString(position.getAsLong()), Rejection.DAMAGED, Reason.of(e.getCause()));
    }
  }
}
