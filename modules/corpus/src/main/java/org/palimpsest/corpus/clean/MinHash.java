package org.palimpsest.corpus.clean;

import java.util.Arrays;
import org.palimpsest.base.SplitMix;

/**
 * MinHash sketches, whose similarity estimates that of the texts (Broder: "On the resemblance and
 * containment of documents", 1997). A text is the set of its shingles, which are runs of lower-case
 * letters and digits with everything between them removed; each hash function keeps its minimum
 * over the set. Two texts agree in a value with a probability equal to their Jaccard similarity. 8
 * bits of each value are compared (Li, König: "b-bit minwise hashing", 2010). Not thread-safe.
 *
 * <p>Costs one chain of multiplications per hash function and letter, which the JIT vectorizes.
 */
public final class MinHash {
  private static final long BASE = SplitMix.GOLDEN;
  private static final double BY_CHANCE = 1.0 / 256;

  private final int shingle;
  private final int[] keys;
  private final int[] minima;
  private final char[] window;

  /** The factor of the letter that leaves the window. */
  private final long oldest;

  /**
   * Creates a sketcher.
   *
   * @param hashes number of hash functions
   * @param shingleCharacters letters and digits in a shingle
   */
  public MinHash(int hashes, int shingleCharacters) {
    shingle = shingleCharacters;
    window = new char[shingleCharacters];
    minima = new int[hashes];
    keys = new int[hashes];
    for (int i = 0; i < hashes; i++) {
      keys[i] = (int) SplitMix.mix(i * BASE + 1);
    }
    long power = 1;
    for (int i = 1; i < shingleCharacters; i++) {
      power *= BASE;
    }
    oldest = power;
  }

  /** Computes the sketch of a text, which the other methods return. */
  public void sketch(String text) {
    Arrays.fill(minima, Integer.MAX_VALUE);
    long rolling = 0;
    int letters = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (Character.isLetterOrDigit(c) || Character.isSurrogate(c)) {
        char letter = Character.toLowerCase(c);
        int slot = letters % shingle;
        if (letters >= shingle) {
          rolling -= window[slot] * oldest;
        }
        rolling = rolling * BASE + letter;
        window[slot] = letter;
        if (++letters >= shingle) {
          fold((int) (SplitMix.mix(rolling) >>> 32));
        }
      }
    }
    if (letters < shingle) {
      // A short text is one shingle; a text without letters is hashed as a whole.
      fold((int) (SplitMix.mix(letters > 0 ? rolling : text.hashCode()) >>> 32));
    }
  }

  private void fold(int hash) {
    for (int k = 0; k < minima.length; k++) {
      int x = (hash ^ keys[k]) * 0x85EBCA6B;
      x ^= x >>> 13;
      x *= 0xC2B2AE35;
      x ^= x >>> 16;
      minima[k] = Math.min(minima[k], x);
    }
  }

  /** Combines the values of a band into one number. */
  long bucket(int band, int rows) {
    long hash = SplitMix.mix(band + 1);
    for (int row = band * rows; row < (band + 1) * rows; row++) {
      hash = SplitMix.mix(hash ^ minima[row]);
    }
    return hash;
  }

  /** Returns 8 bits of each value. */
  public byte[] fragments() {
    byte[] fragments = new byte[minima.length];
    for (int k = 0; k < fragments.length; k++) {
      fragments[k] = (byte) minima[k];
    }
    return fragments;
  }

  /** Estimates the Jaccard similarity of two texts from their fragments. */
  static double similarity(byte[] a, byte[] b) {
    int same = 0;
    for (int k = 0; k < a.length; k++) {
      same += a[k] == b[k] ? 1 : 0;
    }
    return ((double) same / a.length - BY_CHANCE) / (1 - BY_CHANCE);
  }

  /**
   * Returns the rows of a band: the largest number for which two texts at the threshold agree in
   * all rows of some band, and so are compared, with a probability of at least 99 %.
   */
  static int rows(double threshold, int hashes) {
    int rows = 1;
    while (rows < hashes && chance(threshold, rows + 1, hashes / (rows + 1)) >= 0.99) {
      rows++;
    }
    return rows;
  }

  private static double chance(double similarity, int rows, int bands) {
    return 1 - Math.pow(1 - Math.pow(similarity, rows), bands);
  }
}
