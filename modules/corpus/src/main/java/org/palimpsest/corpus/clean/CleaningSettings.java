package org.palimpsest.corpus.clean;

import com.typesafe.config.Config;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;

/**
 * How texts are cleaned; {@code reference.conf} explains every setting.
 *
 * @param unicode the normal form of the characters
 * @param controlCharacters whether they stay
 * @param whiteSpace whether runs of it stay
 * @param minCharacters shorter documents are left out
 * @param maxCharacters longer ones are; 0: none is too long
 * @param minLetterShare documents with fewer letters among what is visible are left out
 * @param maxRepeatedRun documents with a longer stretch of one repeated unit are; 0: none
 * @param maxRepeatedLines documents are with more lines, as a share, that repeat an earlier one
 * @param duplicates which documents are taken for the same
 * @param similarity when two documents are nearly the same
 */
public record CleaningSettings(
    UnicodeForm unicode,
    ControlCharacters controlCharacters,
    WhiteSpace whiteSpace,
    long minCharacters,
    long maxCharacters,
    double minLetterShare,
    long maxRepeatedRun,
    double maxRepeatedLines,
    Duplicates duplicates,
    Similarity similarity)
    implements Serializable {

  /** Normal forms of Unicode. */
  public enum UnicodeForm {
    KEEP,
    /** Accents joined with their letters where that is one character. */
    NFC,
    /** The same, and compatible characters unified: ligatures, widths, superscripts. */
    NFKC
  }

  /** What becomes of control characters. */
  public enum ControlCharacters {
    KEEP,
    /** A run of them becomes a space; tabs and line ends stay; noncharacters vanish. */
    REMOVE
  }

  /** What becomes of white space. */
  public enum WhiteSpace {
    KEEP,
    /** A run becomes one space, one line end, or one blank line. */
    COLLAPSE
  }

  /** Which documents are taken for the same; the one with the smallest id stays. */
  public enum Duplicates {
    /** None. */
    KEEP,
    /** Those of the same text after the cleaning. */
    EXACT,
    /** Those of almost the same text, too. */
    NEAR
  }

  /**
   * When two documents are nearly the same.
   *
   * @param threshold Jaccard similarity of the sets of their shingles, from which on they are
   * @param shingleCharacters letters and digits in a shingle
   * @param hashes minima that the similarity is estimated from
   */
  public record Similarity(double threshold, int shingleCharacters, int hashes)
      implements Serializable {
    private static final int FEWEST_HASHES = 16;
    private static final int MOST_HASHES = 1024;

    public Similarity {
      require(
          threshold >= 0.3 && threshold <= 1,
          "near-duplicates.threshold must lie between 0.3 and 1, but is " + threshold);
      require(
          shingleCharacters >= 1 && shingleCharacters <= 1000,
          "near-duplicates.shingle-characters must lie between 1 and 1000, but is "
              + shingleCharacters);
      require(
          hashes >= FEWEST_HASHES && hashes <= MOST_HASHES,
          "near-duplicates.hashes must lie between 16 and 1024, but is " + hashes);
    }
  }

  public CleaningSettings {
    require(
        maxCharacters == 0 || maxCharacters >= minCharacters,
        "max-characters must be 0 or at least min-characters, but is " + maxCharacters);
    requireShare("min-letter-share", minLetterShare);
    requireShare("max-repeated-lines", maxRepeatedLines);
  }

  private static void requireShare(String key, double share) {
    require(share >= 0 && share <= 1, key + " must lie between 0 and 1, but is " + share);
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw PalimpsestException.configuration("corpus.clean." + sentence + ".");
    }
  }

  /** Whether documents that say the same are left out. */
  public boolean searchesDuplicates() {
    return duplicates != Duplicates.KEEP;
  }

  /** Settings that change nothing and leave nothing out. */
  public static CleaningSettings none() {
    return new CleaningSettings(
        UnicodeForm.KEEP,
        ControlCharacters.KEEP,
        WhiteSpace.KEEP,
        0,
        0,
        0,
        0,
        1,
        Duplicates.KEEP,
        new Similarity(0.8, 10, 128));
  }

  /**
   * Reads {@code corpus.clean}.
   *
   * @throws PalimpsestException of kind CONFIGURATION if a value cannot be
   */
  public static CleaningSettings from(Config clean) {
    Section section = new Section("corpus.clean", clean);
    Section near = new Section("corpus.clean.near-duplicates", clean.getConfig("near-duplicates"));
    return new CleaningSettings(
        section.choice("unicode", UnicodeForm.class),
        section.choice("control-characters", ControlCharacters.class),
        section.choice("white-space", WhiteSpace.class),
        section.whole("min-characters", 0),
        section.whole("max-characters", 0),
        section.atLeastZero("min-letter-share"),
        section.whole("max-repeated-run", 0),
        section.atLeastZero("max-repeated-lines"),
        section.choice("duplicates", Duplicates.class),
        new Similarity(
            near.positive("threshold"), near.size("shingle-characters"), near.size("hashes")));
  }

  /** What decides the result, by configuration key. */
  public Map<String, String> identity() {
    Map<String, String> values = new TreeMap<>();
    values.put("corpus.clean.unicode", Section.kebab(unicode));
    values.put("corpus.clean.control-characters", Section.kebab(controlCharacters));
    values.put("corpus.clean.white-space", Section.kebab(whiteSpace));
    values.put("corpus.clean.min-characters", Long.toString(minCharacters));
    values.put("corpus.clean.max-characters", Long.toString(maxCharacters));
    values.put("corpus.clean.min-letter-share", Double.toString(minLetterShare));
    values.put("corpus.clean.max-repeated-run", Long.toString(maxRepeatedRun));
    values.put("corpus.clean.max-repeated-lines", Double.toString(maxRepeatedLines));
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
