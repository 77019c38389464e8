package org.palimpsest.corpus.bpe;

/**
 * The visible characters that represent the 256 bytes in a byte-level vocabulary (GPT-2): printable
 * bytes represent themselves, other bytes are mapped to characters from U+0100 on.
 */
final class ByteAlphabet {
  private static final char[] CHARACTERS = characters();

  private ByteAlphabet() {}

  static char of(int unsignedByte) {
    return CHARACTERS[unsignedByte];
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
