package org.palimpsest.corpus.text;

import java.io.IOException;

/** The readings of a compressed file, up to where it is damaged. */
final class CompressedReadings implements Readings {
  private final String source;
  private final Readings readings;
  private boolean damaged;

  CompressedReadings(String source, Readings readings) {
    this.source = source;
    this.readings = readings;
  }

  @Override
  public Reading next() throws IOException {
    if (damaged) {
      return null;
    }
    try {
      return readings.next();
    } catch (DecompressedStream.Damaged e) {
      damaged = true;
      return new Rejection(source, "end", "damaged compressed file", e.getCause().getMessage());
    }
  }
}
