package org.palimpsest.corpus.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.palimpsest.storage.StoredFile;

/**
 * What reading and cleaning removed or changed.
 *
 * @param rejected number of rejected records, by reason
 * @param rejectedFiles the files that list every rejected record
 * @param cleaned number of documents changed, removed or repeated, by cleaning step
 */
public record Filtering(
    Map<String, Long> rejected, List<StoredFile> rejectedFiles, Map<String, Long> cleaned) {
  public Filtering {
    Manifest.require(rejected != null && rejectedFiles != null, "it lacks the rejected records");
    Manifest.require(rejectedFiles.stream().allMatch(Objects::nonNull), "it lacks a file");
    // Corpora of early releases have no cleaning.
    cleaned = cleaned == null ? Map.of() : cleaned;
  }

  Filtering plus(Filtering added) {
    List<StoredFile> files = new ArrayList<>(rejectedFiles);
    files.addAll(added.rejectedFiles);
    return new Filtering(sum(rejected, added.rejected), files, sum(cleaned, added.cleaned));
  }

  private static Map<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
    Map<String, Long> sum = new TreeMap<>(one);
    other.forEach((key, count) -> sum.merge(key, count, Long::sum));
    return sum;
  }
}
