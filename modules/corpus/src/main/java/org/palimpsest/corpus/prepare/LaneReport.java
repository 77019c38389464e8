package org.palimpsest.corpus.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.store.RejectionCounts;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.storage.StoredFile;

/**
 * The report of one task that writes a partition.
 *
 * @param file the lane or the list of rejected records; null if there was nothing to write
 * @param lists the files beside a lane
 * @param counts counts of a lane
 * @param filtered counts of the partition of rejected records
 */
public record LaneReport(StoredFile file, Lists lists, Counts counts, Filtered filtered)
    implements Serializable {

  /**
   * The files beside a lane.
   *
   * @param texts with the fingerprints of its texts, if duplicates are searched
   * @param sources with the sources of its blocks
   */
  record Lists(List<StoredFile> texts, List<StoredFile> sources) implements Serializable {
    static Lists none() {
      return new Lists(List.of(), List.of());
    }
  }

  /** Counts of one lane or of several; {@code byLength} counts the blocks of each length. */
  record Counts(
      long documents, long sentences, long tokens, long blocks, long utf8Bytes, long[] byLength)
      implements Serializable {

    static Counts none(int blockSize) {
      return new Counts(0, 0, 0, 0, 0, new long[blockSize + 1]);
    }

    Counts plus(Counts other) {
      long[] joined = byLength.clone();
      for (int i = 0; i < joined.length; i++) {
        joined[i] += other.byLength[i];
      }
      return new Counts(
          documents + other.documents,
          sentences + other.sentences,
          tokens + other.tokens,
          blocks + other.blocks,
          utf8Bytes + other.utf8Bytes,
          joined);
    }

    /** Returns the histogram of block lengths in at most 16 classes of equal width. */
    List<Manifest.LengthClass> lengthClasses() {
      int blockSize = byLength.length - 1;
      int width = Math.max(1, (blockSize + 15) / 16);
      List<Manifest.LengthClass> classes = new ArrayList<>();
      for (int from = 1; from <= blockSize; from += width) {
        int to = Math.min(blockSize, from + width - 1);
        long inside = 0;
        for (int length = from; length <= to; length++) {
          inside += byLength[length];
        }
        classes.add(new Manifest.LengthClass(to, inside));
      }
      return classes;
    }
  }

  /** Rejected records by reason, and the counts of the cleaning steps. */
  record Filtered(RejectionCounts rejected, CleaningCounts cleaned) implements Serializable {

    static Filtered none() {
      return new Filtered(new RejectionCounts(), CleaningCounts.none());
    }
  }
}
