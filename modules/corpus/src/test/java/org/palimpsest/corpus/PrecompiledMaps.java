package org.palimpsest.corpus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Maps of characters as SentencePiece stores them: a double array, and replacements. */
public final class PrecompiledMaps {
  private static final int BLOCK = 256;

  private PrecompiledMaps() {}

  /** A map that replaces one character of ASCII. */
  public static byte[] replacing(char from, String to) {
    return replacingFrom(from, 0, to);
  }

  /** A map that replaces a character by the text at a position of the replacements. */
  public static byte[] replacingFrom(char from, int position, String replacements) {
    int[] units = new int[BLOCK];
    units[from] = from | (1 << 8) | (1 << 10);
    units[from ^ 1] = Integer.MIN_VALUE | position;
    return map(units, replacements + "\0");
  }

  /** A map with any double array. */
  public static byte[] ofUnits(int... units) {
    return map(units, "\0");
  }

  private static byte[] map(int[] units, String replacements) {
    byte[] texts = replacements.getBytes(StandardCharsets.UTF_8);
    int size = units.length * Integer.BYTES;
    ByteBuffer map =
        ByteBuffer.allocate(Integer.BYTES + size + texts.length).order(ByteOrder.LITTLE_ENDIAN);
    map.putInt(size);
    for (int unit : units) {
      map.putInt(unit);
    }
    return map.put(texts).array();
  }

  /** The normalizer with a map. */
  public static String normalizer(byte[] map) {
    return normalizer(Base64.getEncoder().encodeToString(map));
  }

  /** The normalizer with a map in Base64. */
  public static String normalizer(String base64) {
    return "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"" + base64 + "\"}";
  }
}
