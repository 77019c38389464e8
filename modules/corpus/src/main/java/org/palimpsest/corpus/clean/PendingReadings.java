package org.palimpsest.corpus.clean;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.Reading;

/** Produces readings one by one and appends the counts at the end. */
abstract class PendingReadings implements Iterator<Reading> {
  private final CleaningCounts counts = CleaningCounts.none();
  private Reading pending;
  private boolean finished;

  /** Returns the next reading, or null at the end. */
  abstract Reading find(CleaningCounts into);

  @Override
  public final boolean hasNext() {
    if (pending == null && !finished) {
      pending = find(counts);
      if (pending == null) {
        finished = true;
        pending = counts.isEmpty() ? null : counts;
      }
    }
    return pending != null;
  }

  @Override
  public final Reading next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the readings have ended");
    }
    Reading found = pending;
    pending = null;
    return found;
  }
}
