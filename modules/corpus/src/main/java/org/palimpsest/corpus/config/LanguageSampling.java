package org.palimpsest.corpus.config;

import com.typesafe.config.Config;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.palimpsest.base.PalimpsestException;

/**
 * How often the documents of each language occur. A language with the share p of the text gets the
 * share p^alpha, scaled to a sum of 1 (Conneau and Lample 2019; 0.7 in mBART, 0.3 in mT5; the
 * inverse of alpha is also called temperature). The documents of the largest language occur once,
 * and those of the others more often, so that no text is left out. With alpha 0 and a limit of
 * copies these are the shares of UniMax (Chung et al. 2023), with which UMT5 was trained.
 *
 * @param alpha 1 leaves the shares as they are, 0 makes them equal
 * @param mostCopies limit of the copies of a document
 */
public record LanguageSampling(double alpha, double mostCopies) implements Serializable {
  private static final double LIMIT = 1000;

  public LanguageSampling {
    require(
        alpha >= 0 && alpha <= 1, "corpus.languages.alpha must be from 0 to 1, but is " + alpha);
    require(
        mostCopies >= 1 && mostCopies <= LIMIT,
        "corpus.languages.most-copies must be from 1 to 1000, but is " + mostCopies);
  }

  static LanguageSampling from(Config languages) {
    return new LanguageSampling(languages.getDouble("alpha"), languages.getDouble("most-copies"));
  }

  /** Whether every document occurs as often as its input says. */
  public boolean isUnchanged() {
    return alpha == 1;
  }

  /**
   * The copies of a document.
   *
   * @param size of the text of its language
   * @param largest size of the text of a language
   */
  public double copies(double size, double largest) {
    return Math.min(mostCopies, StrictMath.pow(size / largest, alpha - 1));
  }

  /** The settings that are not as in corpora without languages. */
  Map<String, String> identity() {
    Map<String, String> values = new TreeMap<>();
    if (!isUnchanged()) {
      values.put("corpus.languages.alpha", Double.toString(alpha));
      values.put("corpus.languages.most-copies", Double.toString(mostCopies));
    }
    return values;
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw PalimpsestException.configuration(sentence + ".");
    }
  }
}
