package org.palimpsest.corpus.clean;

import com.typesafe.config.Config;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;

/**
 * How documents are cleaned; {@code reference.conf} explains each key.
 *
 * @param normalization changes of the text
 * @param limits documents outside these limits are removed
 * @param duplicates which documents are removed as duplicates
 * @param similarity when two documents are near duplicates
 */
public record CleaningSettings(
    Normalization normalization, Limits limits, Duplicates duplicates, Similarity similarity)
    implements Serializable {

  /**
   * Changes of the text of every document.
   *
   * @param unicode Unicode normal form
   * @param controlCharacters whether control characters are removed
   * @param whiteSpace whether runs of white space are collapsed
   */
  public record Normalization(
      UnicodeForm unicode, ControlCharacters controlCharacters, WhiteSpace whiteSpace)
      implements Serializable {}

  /**
   * Limits of a document; a document outside one of them is removed.
   *
   * @param minCharacters least number of characters
   * @param maxCharacters largest number of characters; 0 for no limit
   * @param minLetterShare least share of letters among visible characters
   * @param maxRepeatedRun longest run of one repeated unit, in characters; 0 for no limit
   * @param maxRepeatedLines largest share of lines that repeat an earlier line
   */
  public record Limits(
      long minCharacters,
      long maxCharacters,
      double minLetterShare,
      long maxRepeatedRun,
      double maxRepeatedLines)
      implements Serializable {

    public Limits {
      require(
          maxCharacters == 0 || maxCharacters >= minCharacters,
          "max-characters must be 0 or at least min-characters, but is " + maxCharacters);
      requireShare("min-letter-share", minLetterShare);
      requireShare("max-repeated-lines", maxRepeatedLines);
    }
  }

  /** Unicode normal forms. */
  public enum UnicodeForm {
    KEEP,
    /** Composes letters and their accents. */
    NFC,
    /** Also replaces compatibility characters: ligatures, full-width letters, superscripts. */
    NFKC
  }

  /** How control characters are treated. */
  public enum ControlCharacters {
    KEEP,
    /** Replaces a run of them with a space, keeps tabs and line ends, drops noncharacters. */
    REMOVE
  }

  /** How white space is treated. */
  public enum WhiteSpace {
    KEEP,
    /** Replaces each run with one space, one line end, or one blank line. */
    COLLAPSE
  }

  /** Which documents are duplicates; the one with the smallest id is kept. */
  public enum Duplicates {
    /** Keeps duplicates. */
    KEEP,
    /** Removes documents with equal text after cleaning. */
    EXACT,
    /** Also removes documents with similar text. */
    NEAR
  }

  /**
   * When two documents are near duplicates.
   *
   * @param threshold least Jaccard similarity of their sets of shingles
   * @param shingleCharacters letters and digits in a shingle
   * @param hashes number of minima that estimate the similarity
   */
  public record Similarity(double threshold, int shingleCharacters, int hashes)
      implements Serializable {
    private static final int MIN_HASHES = 16;
    private static final int MAX_HASHES = 1024;

    public Similarity {
      require(
          threshold >= 0.3 && threshold <= 1,
          "near-duplicates.threshold must be between 0.3 and 1, but is " + threshold);
      require(
          shingleCharacters >= 1 && shingleCharacters <= 1000,
          "near-duplicates.shingle-characters must be between 1 and 1000, but is "
              + shingleCharacters);
      require(
          hashes >= MIN_HASHES && hashes <= MAX_HASHES,
          "near-duplicates.hashes must be between 16 and 1024, but is " + hashes);
    }
  }

  private static void requireShare(String key, double share) {
    require(share >= 0 && share <= 1, key + " must be between 0 and 1, but is " + share);
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw PalimpsestException.configuration("corpus.clean." + sentence + ".");
    }
  }

  /** Returns whether duplicates are removed. */
  public boolean searchesDuplicates() {
    return duplicates != Duplicates.KEEP;
  }

  /** Returns settings that change and remove nothing. */
  public static CleaningSettings none() {
    return new CleaningSettings(
        new Normalization(UnicodeForm.KEEP, ControlCharacters.KEEP, WhiteSpace.KEEP),
        new Limits(0, 0, 0, 0, 1),
        Duplicates.KEEP,
        new Similarity(0.8, 10, 128));
  }

  /**
   * Reads {@code corpus.clean}.
   *
   * @throws PalimpsestException of kind CONFIGURATION that names an invalid value
   */
  public static CleaningSettings from(Config clean) {
    Section section = new Section("corpus.clean", clean);
    Section near = new Section("corpus.clean.near-duplicates", clean.getConfig("near-duplicates"));
    return new CleaningSettings(
        new Normalization(
            section.choice("unicode", UnicodeForm.class),
            section.choice("control-characters", ControlCharacters.class),
            section.choice("white-space", WhiteSpace.class)),
        new Limits(
            section.whole("min-characters", 0),
            section.whole("max-characters", 0),
            section.atLeastZero("min-letter-share"),
            section.whole("max-repeated-run", 0),
            section.atLeastZero("max-repeated-lines")),
        section.choice("duplicates", Duplicates.class),
        new Similarity(
            near.positive("threshold"), near.size("shingle-characters"), near.size("hashes")));
  }

  /** Returns the settings that determine the result, by configuration key. */
  public Map<String, String> identity() {
    Map<String, String> values = new TreeMap<>();
    values.put("corpus.clean.unicode", Section.kebab(normalization.unicode()));
    values.put("corpus.clean.control-characters", Section.kebab(normalization.controlCharacters()));
    values.put("corpus.clean.white-space", Section.kebab(normalization.whiteSpace()));
    values.put("corpus.clean.min-characters", Long.toString(limits.minCharacters()));
    values.put("corpus.clean.max-characters", Long.toString(limits.maxCharacters()));
    values.put("corpus.clean.min-letter-share", Double.toString(limits.minLetterShare()));
    values.put("corpus.clean.max-repeated-run", Long.toString(limits.maxRepeatedRun()));
    values.put("corpus.clean.max-repeated-lines", Double.toString(limits.maxRepeatedLines()));
    values.put("corpus.clean.duplicates", Section.kebab(duplicates));
    if (duplicates == Duplicates.NEAR) {
      String near = "corpus.clean.near-duplicates.";
      values.put(near + "threshold", Double.toString(similarity.threshold()));
      values.put(near + "shingle-characters", Integer.toString(similarity.shingleCharacters()));
      values.put(near + "hashes", Integer.toString(similarity.hashes()));
    }
    return values;
  }
}
