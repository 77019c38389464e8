package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A JSON parser that refuses what serde, the parser of the native tokenizer, refuses. In some
 * places that library takes it for granted that a file is JSON, and ends the process if it is not.
 */
final class StrictJson extends JsonParserDelegate {
  /** The depth of serde is 128. */
  private static final int DEEPEST = 100;

  /** Without tables of names, which would keep the tokens of every file. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private StrictJson(JsonParser parser) {
    super(parser);
  }

  /**
   * Parses a file.
   *
   * @throws IOException if it is not UTF-8
   */
  static JsonParser parser(byte[] file) throws IOException {
    return new StrictJson(
        JSON.createParser(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString()));
  }

  @Override
  public JsonToken nextToken() throws IOException {
    JsonToken token = super.nextToken();
    if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
      refuseLoneSurrogates(getText());
    } else if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
      if (Double.isInfinite(Double.parseDouble(getText()))) {
        throw new JsonParseException(this, "a number is out of range");
      }
    }
    return token;
  }

  /** Otherwise the wrapped parser would pass over tokens unseen. */
  @Override
  public JsonParser skipChildren() throws IOException {
    if (!currentToken().isStructStart()) {
      return this;
    }
    for (int depth = 1; depth > 0; ) {
      JsonToken token = nextToken();
      if (token == null) {
        throw new JsonParseException(this, "it ends early");
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    }
    return this;
  }

  private void refuseLoneSurrogates(String text) throws JsonParseException {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          throw new JsonParseException(this, "a text has half a character");
        }
        i++;
      }
    }
  }
}
