package org.palimpsest.corpus.prepare;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Generation;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.read.StoredLanes;
import org.palimpsest.corpus.text.Icu;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The corpus to which text is added.
 *
 * @param settings of the addition
 * @param folder of the corpus
 * @param manifest of the corpus
 */
record Predecessor(CorpusSettings settings, StoredFolder folder, Manifest manifest) {
  private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);

  /** All sentences of a corpus follow the same rules, as far as they are recorded. */
  void requireSameIcu() {
    Icu current = Icu.current();
    for (Generation generation : manifest.generations()) {
      Icu recorded = generation.recordedIcu().orElse(current);
      if (!recorded.equals(current)) {
        throw PalimpsestException.configuration(
            "The sentences of the corpus %s were found by %s, but this release has %s, which may split text differently: run prepare --add with the release that prepared the corpus, or prepare all its text again with --fresh."
                .formatted(folder.path(), recorded, current));
      }
    }
  }

  /** Whether all inputs are in the corpus; added again, their documents would count twice. */
  boolean hasInputs() {
    Set<String> recorded = new HashSet<>();
    for (Generation generation : manifest.generations()) {
      generation.inputPaths().forEach(path -> recorded.add(Secrets.redacted(path)));
      // What was withdrawn can come back.
      generation.removed().ifPresent(removal -> removal.sources().forEach(recorded::remove));
    }
    List<String> repeated =
        settings.inputs().stream()
            .map(input -> Secrets.redacted(input.path()))
            .filter(recorded::contains)
            .toList();
    if (!repeated.isEmpty() && repeated.size() < settings.inputs().size()) {
      throw PalimpsestException.configuration(
          "The corpus %s already has the text of %s: list only new inputs in corpus.input."
              .formatted(folder.path(), repeated));
    }
    return !repeated.isEmpty();
  }

  /**
   * Chooses lanes of about the same length as the existing ones, so a small addition has few files.
   */
  int lanesFor(long bytes) {
    double perLane =
        (double) manifest.training().utf8Bytes() / Math.max(1, manifest.training().lanes().size());
    return (int) Math.max(1, Math.min(settings.lanes(), Math.round(bytes / Math.max(1, perLane))));
  }

  /** Returns the known texts of a corpus, as far as recorded, if duplicates are removed. */
  Optional<JavaRDD<ReadingId>> knownTexts(JavaSparkContext spark) {
    if (!settings.cleaning().searchesDuplicates()) {
      return Optional.empty();
    }
    for (Generation generation : manifest.generations()) {
      if (generation.texts().isEmpty() && generation.removed().isEmpty()) {
        LOG.warn(
            "New documents are not compared with those of {}, which were prepared without"
                + " corpus.clean.duplicates.",
            generation.inputPaths());
      }
    }
    List<StoredFile> files = StoredLanes.texts(manifest).toList();
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(TextFingerprints.read(spark, folder, files));
  }
}
