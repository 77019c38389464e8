package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;

/**
 * The normal form of Unicode to which a tokenizer brings every text. It is applied to a whole text
 * before the text is cut, because a mark combines with the character before it.
 */
enum NormalForm {
  NONE(Character.MAX_VALUE, null),
  NFC('\u0300', Normalizer.Form.NFC),
  NFKC('\u00A0', Normalizer.Form.NFKC);

  /** The form changes no character below this. */
  private final char first;

  private final Normalizer.Form form;

  NormalForm(char first, Normalizer.Form form) {
    this.first = first;
    this.form = form;
  }

  /** That of a {@code tokenizer.json} whose normalizer is only a normal form; otherwise NONE. */
  static NormalForm of(JsonNode tokenizerJson) {
    String type = tokenizerJson.path("normalizer").path("type").asText();
    return type.equals("NFC") ? NFC : type.equals("NFKC") ? NFKC : NONE;
  }

  String applied(String text) {
    if (this == NONE) {
      return text;
    }
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) >= first) {
        return Normalizer.isNormalized(text, form) ? text : Normalizer.normalize(text, form);
      }
    }
    return text;
  }
}
