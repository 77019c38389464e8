package org.palimpsest.corpus.format;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.storage.Reason;

/**
 * The readings of a compressed file, up to where it is damaged: there the record that could not be
 * read to its end is rejected, and with it whatever would follow.
 */
final class GuardedReadings implements Readings {
  private final String source;
  private final Opening opening;
  private Readings readings;
  private LongSupplier position = () -> 0;
  private boolean damaged;

  /** Opening a damaged file fails as reading it does. */
  interface Opening {
    Readings open(GuardedReadings guard) throws IOException;
  }

  GuardedReadings(String source, Opening opening) {
    this.source = source;
    this.opening = opening;
  }

  /** Where the record at hand begins. */
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
