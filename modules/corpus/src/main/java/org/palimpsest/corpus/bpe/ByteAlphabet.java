package org.palimpsest.corpus.bpe;

import java.util.Arrays;

/**
 * The visible characters that represent the 256 bytes in a byte-level vocabulary (GPT-2): printable
 * bytes represent themselves, other bytes are mapped to characters from U+0100 on.
 */
public final class ByteAlphabet {
  private static final char[] CHARACTERS = characters();
  private static final int[] BYTES = bytes();

  private ByteAlphabet() {}

  static char of(int unsignedByte) {
    return CHARACTERS[unsignedByte];
  }

  /** The byte that a character represents, or −1 if it represents none. */
  public static int byteOf(char character) {
    return character < BYTES.length ? BYTES[character] : -1;
  }

  private static int[] bytes() {
    int[] bytes = new int[512];
    Arrays.fill(bytes, -1);
    for (int value = 0; value < CHARACTERS.length; value++) {
      bytes[CHARACTERS[value]] = value;
    }
    return bytes;
  }

  private static char[] characters() {
    char[] characters = new char[256];
    char next = 256;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= '!' && value <= '~')
              || (value >= 0xA1 && value <= 0xAC)
              || (value >= 0xAE && value <= 0xFF);
      characters[value] = printable ? (char) value : next++;
    }
    return characters;
  }
}
