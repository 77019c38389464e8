package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.BitSet;
import java.util.function.Function;
import org.palimpsest.corpus.bpe.WordScanner;

/**
 * Caches the ids of words. A byte-level BPE splits text into words by GPT-2's rule and encodes each
 * word independently, so a cached word need not be encoded again; most words of a text are
 * frequent. The ids are exactly those of the tokenizer.
 *
 * <p>Holds at most 65,536 words of at most 32 characters, about 7 MB; new words replace old ones.
 * All threads of a JVM share one instance without locks: entries are immutable, and a thread that
 * does not see an entry encodes the word again.
 */
final class WordCache {
  private static final int SLOTS = 1 << 16;
  private static final int LONGEST = 32;

  /**
   * Characters of scripts that separate words by spaces, and whose class (letter, number or
   * neither) is the same in all versions of Unicode that Java and the tokenizer may use. Without
   * spaces, words in this sense are whole clauses, which seldom repeat.
   */
  private static final BitSet SETTLED = settled();

  /** Number of characters that fit into a long, one byte each; most words are no longer. */
  private static final int PACKED = 8;

  /**
   * An entry of the cache.
   *
   * @param packed the characters of a short word, or {@link #UNPACKED}. Comparing it avoids two
   *     memory accesses, which would cost more than the rest of the look-up
   */
  private record Entry(long packed, String word, int[] ids) {}

  private static final long UNPACKED = 0;

  private final Entry[] entries = new Entry[SLOTS];
  private final TokenTable lexicon;
  private final Function<String, int[]> tokenizer;

  /**
   * Creates an empty cache.
   *
   * @param tokenizer returns the ids of one word, or null if the word contains a special string
   */
  WordCache(TokenTable lexicon, Function<String, int[]> tokenizer) {
    this.lexicon = lexicon;
    this.tokenizer = tokenizer;
  }

  private static BitSet settled() {
    BitSet settled = new BitSet(1 << 16);
    settled.set(0, 0x0530); // Latin, Greek, Cyrillic
    settled.set(0x0590, 0x0700); // Hebrew, Arabic
    settled.set(0x0900, 0x0980); // Devanagari
    settled.set(0x1E00, 0x2070); // more Latin and Greek, punctuation
    settled.set(0x20A0, 0x20D0); // currencies
    settled.set(0xAC00, 0xD7A4); // Hangul
    return settled;
  }

  /**
   * Returns whether a tokenizer encodes words independently: a BPE without dropout on GPT-2's words
   * of a text in its normal form, in which only special strings have another meaning.
   */
  static boolean fits(JsonNode tokenizerJson) {
    JsonNode model = tokenizerJson.path("model");
    JsonNode words = tokenizerJson.path("pre_tokenizer");
    boolean byWords =
        model.path("type").asText().equals("BPE")
            && model.path("dropout").asDouble(0) == 0
            && (tokenizerJson.path("normalizer").isEmpty()
                || NormalForm.of(tokenizerJson) != NormalForm.NONE)
            && words.path("type").asText().equals("ByteLevel")
            && !words.path("add_prefix_space").asBoolean(true)
            && words.path("use_regex").asBoolean(true);
    for (JsonNode added : tokenizerJson.path("added_tokens")) {
      String text = added.path("content").asText();
      boolean isFound =
          added.path("special").asBoolean() && text.codePointCount(0, text.length()) > 1;
      byWords &= isFound;
    }
    return byWords;
  }

  /**
   * Appends the ids of a part of a text to {@code ids}.
   *
   * @return false, with nothing appended, if the tokenizer must encode the part as a whole
   */
  boolean encode(String text, int from, int to, TokenBuffer ids) {
    int before = ids.length();
    int start = from;
    while (start < to) {
      int end = WordScanner.wordEnd(text, start, to);
      int[] word = word(text, start, end);
      if (word == null) {
        ids.truncate(before);
        return false;
      }
      ids.append(word);
      start = end;
    }
    return true;
  }

  private int[] word(String text, int start, int end) {
    if (end - start > LONGEST) {
      return null;
    }
    int hash = 0;
    long packed = 0;
    boolean fits = end - start <= PACKED;
    for (int at = start; at < end; at++) {
      char character = text.charAt(at);
      if (!SETTLED.get(character) || lexicon.hasSpecialAt(text, at)) {
        return null;
      }
      hash = 31 * hash + character;
      packed = packed << Byte.SIZE | character;
      // A leading zero would make another word with the same number.
      fits &= character > 0 && character < 1 << Byte.SIZE;
    }
    packed = fits ? packed : UNPACKED;
    int slot = (hash ^ (hash >>> 16) ^ (hash >>> 8)) & (SLOTS - 1);
    Entry entry = entries[slot];
    if (!isOf(entry, packed, text, start, end)) {
      entry = entries[slot ^ 1];
    }
    return isOf(entry, packed, text, start, end)
        ? entry.ids
        : learned(slot, packed, text.substring(start, end));
  }

  private static boolean isOf(Entry entry, long packed, String text, int start, int end) {
    return entry != null
        && entry.packed == packed
        && (packed != UNPACKED
            || (entry.word.length() == end - start && text.startsWith(entry.word, start)));
  }

  /** A replaced word moves to the neighboring place. */
  private int[] learned(int slot, long packed, String word) {
    int[] ids = tokenizer.apply(word);
    if (ids != null) {
      entries[slot ^ 1] = entries[slot];
      entries[slot] = new Entry(packed, word, ids);
    }
    return ids;
  }
}
