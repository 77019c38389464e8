package org.palimpsest.corpus.tokenize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * The map of characters of a {@code Precompiled} normalizer (SentencePiece): a trie of texts as a
 * double array, and the texts that replace them. The native tokenizer follows it unchecked, and
 * ends the process where it leads outside.
 */
final class CharacterMap {
  /** The units that a byte can lead to. */
  private static final int BLOCK = 256;

  private final IntBuffer trie;
  private final byte[] replacements;

  private CharacterMap(IntBuffer trie, byte[] replacements) {
    this.trie = trie;
    this.replacements = replacements;
  }

  /** Returns whether a map is complete: no text leads outside of it. */
  static boolean isSound(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return Base64.getEncoder().encodeToString(bytes).equals(base64) && isSound(bytes);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isSound(byte[] bytes) {
    ByteBuffer map = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (map.remaining() < Integer.BYTES) {
      return false;
    }
    long size = Integer.toUnsignedLong(map.getInt());
    if (size == 0 || size % Integer.BYTES != 0 || size > map.remaining()) {
      return false;
    }
    IntBuffer trie = map.slice().order(ByteOrder.LITTLE_ENDIAN).limit((int) size).asIntBuffer();
    byte[] replacements = new byte[map.remaining() - (int) size];
    map.position(map.position() + (int) size).get(replacements);
    return isUtf8(replacements) && new CharacterMap(trie, replacements).isClosed();
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Follows every path from the root. */
  private boolean isClosed() {
    BitSet seen = new BitSet(trie.limit());
    Deque<Integer> bases = new ArrayDeque<>();
    bases.add(offset(trie.get(0)));
    while (!bases.isEmpty()) {
      int base = bases.remove();
      if ((base | (BLOCK - 1)) >= trie.limit()) {
        return false;
      }
      for (int value = 1; value < BLOCK; value++) {
        int at = base ^ value;
        int unit = trie.get(at);
        if (label(unit) != value || seen.get(at)) {
          continue;
        }
        seen.set(at);
        int below = at ^ offset(unit);
        if (hasLeaf(unit) && !isReplacement(below)) {
          return false;
        }
        bases.add(below);
      }
    }
    return true;
  }

  /** Returns whether the value of a leaf is where a character begins. */
  private boolean isReplacement(int leaf) {
    if (leaf >= trie.limit()) {
      return false;
    }
    int at = trie.get(leaf) & Integer.MAX_VALUE;
    return at == replacements.length
        || (at < replacements.length && (replacements[at] & 0xC0) != 0x80);
  }

  private static int label(int unit) {
    return unit & (Integer.MIN_VALUE | 0xFF);
  }

  private static boolean hasLeaf(int unit) {
    return (unit & (1 << 8)) != 0;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }
}
