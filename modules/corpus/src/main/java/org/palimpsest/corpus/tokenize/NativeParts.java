package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The parts of a {@code tokenizer.json} for which the native tokenizer ends the process if they are
 * not as it expects: patterns, whose groups it follows by recursion, and maps of characters.
 */
final class NativeParts {
  /** Published patterns have less than a hundred. */
  private static final int MOST_SIGNS = 1000;

  private NativeParts() {}

  /**
   * Checks everything except vocabulary and merges.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if a part is refused
   */
  static void check(JsonNode node) {
    JsonNode pattern = node.path("Regex");
    if (pattern.isTextual() && signs(pattern.asText()) > MOST_SIGNS) {
      throw StoredTokens.refused(
          "has a pattern with more than " + MOST_SIGNS + " groups and repetitions");
    }
    JsonNode map = node.path("precompiled_charsmap");
    boolean needsMap = node.path("type").asText().equals("Precompiled");
    if ((needsMap || !map.isMissingNode()) && !isSound(map)) {
      throw StoredTokens.refused("has a damaged precompiled_charsmap");
    }
    node.forEach(NativeParts::check);
  }

  private static boolean isSound(JsonNode map) {
    return map.isTextual() && CharacterMap.isSound(map.asText());
  }

  private static long signs(String pattern) {
    return pattern.chars().filter(sign -> "([{*+?".indexOf(sign) >= 0).count();
  }
}
