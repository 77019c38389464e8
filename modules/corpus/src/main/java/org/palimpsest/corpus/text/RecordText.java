package org.palimpsest.corpus.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Makes documents of raw bytes, or says why they are none.
 *
 * @param textField the field of a JSON record that holds the text
 */
record RecordText(String textField) implements Serializable {
  static final String TOO_LONG = "longer than corpus.max-document-bytes";
  static final String NOT_UTF8 = "not UTF-8";
  static final String EMPTY = "empty text";
  static final String NOT_JSON = "not a JSON object";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  Rejection tooLong(String source, long offset) {
    return rejection(source, offset, TOO_LONG, "");
  }

  /** A document of plain text. */
  Reading plain(String source, long offset, byte[] bytes, int length) {
    try {
      return document(source, offset, decode(bytes, length, offset));
    } catch (CharacterCodingException e) {
      return rejection(source, offset, NOT_UTF8, "");
    }
  }

  /** A document out of one line of JSON. */
  Reading json(String source, long offset, byte[] bytes, int length) {
    JsonNode node;
    try {
      node = JSON.readTree(decode(bytes, length, offset));
    } catch (CharacterCodingException e) {
      return rejection(source, offset, NOT_UTF8, "");
    } catch (IOException e) {
      return rejection(source, offset, NOT_JSON, "");
    }
    if (!node.isObject()) {
      return rejection(source, offset, NOT_JSON, "");
    }
    JsonNode text = node.path(textField);
    if (text.isMissingNode()) {
      return rejection(source, offset, "no field '" + textField + "'", "it has " + fields(node));
    }
    return text.isTextual()
        ? document(source, offset, text.asText())
        : rejection(source, offset, "field '" + textField + "' is not text", "");
  }

  private static String fields(JsonNode node) {
    Iterable<String> names = node::fieldNames;
    return StreamSupport.stream(names.spliterator(), false)
        .limit(10)
        .collect(Collectors.joining(", "));
  }

  private static Reading document(String source, long offset, String text) {
    String stripped = text.strip();
    return stripped.isEmpty()
        ? rejection(source, offset, EMPTY, "")
        : new Document(source, Long.toString(offset), stripped);
  }

  private static Rejection rejection(String source, long offset, String reason, String detail) {
    return new Rejection(source, Long.toString(offset), reason, detail);
  }

  /** Strictly, for a replacement character in the result would be invented text. */
  private static String decode(byte[] bytes, int length, long offset)
      throws CharacterCodingException {
    String text =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
    return offset == 0 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }
}
