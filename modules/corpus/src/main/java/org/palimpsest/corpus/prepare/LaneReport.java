package org.palimpsest.corpus.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.storage.StoredFile;

/**
 * What a task of the shuffle wrote.
 *
 * @param partition which lane, or the rejected records
 * @param name the file, empty if there was nothing to write
 * @param texts where the fingerprints of its texts are, or none
 * @param counts of a lane
 * @param rejected of the rejected records: number by reason, with one example each
 */
public record LaneReport(
    int partition,
    String name,
    long size,
    String sha256,
    List<StoredFile> texts,
    Counts counts,
    Rejected rejected)
    implements Serializable {

  /** Of what was written without fingerprints. */
  LaneReport(
      int partition, String name, long size, String sha256, Counts counts, Rejected rejected) {
    this(partition, name, size, sha256, List.of(), counts, rejected);
  }

  /** Counts of one lane, or summed over lanes; the histogram has a class for every length. */
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

    /** The histogram in at most 16 classes of equal width. */
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

  /** Rejected records by reason; and what the cleaning did, by step. */
  record Rejected(
      TreeMap<String, Long> counts, TreeMap<String, String> examples, CleaningCounts cleaned)
      implements Serializable {

    static Rejected none() {
      return new Rejected(new TreeMap<>(), new TreeMap<>(), CleaningCounts.none());
    }

    void add(String reason, String example) {
      counts.merge(reason, 1L, Long::sum);
      examples.putIfAbsent(reason, example);
    }

    long total() {
      return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The most frequent reasons in words. */
    String mostFrequent(int reasons) {
      StringBuilder words = new StringBuilder();
      counts.entrySet().stream()
          .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
          .limit(reasons)
          .forEach(
              entry ->
                  words
                      .append(words.isEmpty() ? "" : "; ")
                      .append(entry.getKey())
                      .append(": ")
                      .append(entry.getValue())
                      .append(" (")
                      .append(examples.get(entry.getKey()))
                      .append(')'));
      return words.toString();
    }
  }
}
