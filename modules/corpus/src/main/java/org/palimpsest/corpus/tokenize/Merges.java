package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * The merges of a byte-pair tokenizer. The native tokenizer cuts as many bytes from the second
 * token of a merge as the prefix of continuing tokens has characters, and ends the process if there
 * are fewer, or if the cut is inside a character.
 */
final class Merges {
  /** Longer prefixes do not exist. */
  private static final int LONGEST = 16;

  /** The numbers of bytes that cannot be cut from every second token. */
  private final BitSet impossible = new BitSet();

  /** Reads a list of merges: {@code "a b"} or {@code ["a", "b"]}. */
  void read(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.START_ARRAY) {
        String last = "";
        while (json.nextToken() == JsonToken.VALUE_STRING) {
          last = json.getText();
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
          throw StoredTokens.refused("has a merge that is not a pair of tokens");
        }
        note(last);
      } else if (json.currentToken() == JsonToken.VALUE_STRING) {
        note(json.getText().substring(json.getText().lastIndexOf(' ') + 1));
      } else {
        throw StoredTokens.refused("has a merge that is not a pair of tokens");
      }
    }
  }

  private void note(String second) {
    byte[] bytes = second.getBytes(StandardCharsets.UTF_8);
    for (int cut = 1; cut <= LONGEST; cut++) {
      boolean isInside = cut < bytes.length && (bytes[cut] & 0xC0) == 0x80;
      if (cut > bytes.length || isInside) {
        impossible.set(cut);
      }
    }
  }

  /**
   * Checks that the merges fit a prefix.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if they do not
   */
  void requireAfter(String prefix) {
    int length = prefix.codePointCount(0, prefix.length());
    if (length > LONGEST || impossible.get(length)) {
      throw StoredTokens.refused("has merges that do not fit its continuing_subword_prefix");
    }
  }
}
