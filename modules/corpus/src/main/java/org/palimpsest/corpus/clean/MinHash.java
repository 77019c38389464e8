package org.palimpsest.corpus.clean;

import java.util.Arrays;
import org.palimpsest.base.SplitMix;

/**
 * Sketches of texts whose likeness is that of the texts (Broder: "On the resemblance and
 * containment of documents", 1997): a text is the set of its shingles, runs of letters and digits
 * in lower case with everything between them left out, and each of a number of hash functions keeps
 * its smallest value over the set. Two texts agree in a value with the probability of their Jaccard
 * similarity. Of each value 8 bits are compared (Li, König: "b-bit minwise hashing", 2010). One a
 * thread.
 *
 * <p>Costs one multiplication chain a hash function and letter, which the JIT does in vectors.
 */
public final class MinHash {
  private static final long BASE = SplitMix.GOLDEN;
  private static final double BY_CHANCE = 1.0 / 256;

  private final int shingle;
  private final int[] keys;
  private final int[] minima;
  private final char[] window;

  /** The weight of the letter that leaves the window. */
  private final long oldest;

  /**
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

  /** Looks at a text; the other methods then speak of it. */
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
      // One shingle of what there is; of a text without letters, the text.
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

  /** The values of a band of rows, as one number. */
  long bucket(int band, int rows) {
    long hash = SplitMix.mix(band + 1);
    for (int row = band * rows; row < (band + 1) * rows; row++) {
      hash = SplitMix.mix(hash ^ minima[row]);
    }
    return hash;
  }

  /** 8 bits of each value. */
  public byte[] fragments() {
    byte[] fragments = new byte[minima.length];
    for (int k = 0; k < fragments.length; k++) {
      fragments[k] = (byte) minima[k];
    }
    return fragments;
  }

  /** Jaccard similarity of two texts, estimated from their fragments. */
  static double similarity(byte[] a, byte[] b) {
    int same = 0;
    for (int k = 0; k < a.length; k++) {
      same += a[k] == b[k] ? 1 : 0;
    }
    return ((double) same / a.length - BY_CHANCE) / (1 - BY_CHANCE);
  }

  /**
   * Rows of a band: as many as leave a pair that is just similar enough a chance of 99 % to agree
   * in all rows of some band, and so to be compared.
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
