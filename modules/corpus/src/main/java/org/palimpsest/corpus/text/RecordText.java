package org.palimpsest.corpus.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes raw bytes into documents or rejections. */
public final class RecordText {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char REPLACEMENT = '\uFFFD';

  private RecordText() {}

  /** Decodes plain text. */
  public static Reading plain(String source, long offset, byte[] bytes, int length) {
    try {
      String text = decode(bytes, length);
      return document(source, offset, withoutByteOrderMark(text, offset));
    } catch (CharacterCodingException e) {
      return Rejection.at(source, offset, Rejection.NOT_UTF8);
    }
  }

  private static String withoutByteOrderMark(String text, long offset) {
    return offset == 0 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK
        ? text.substring(1)
        : text;
  }

  public static Reading document(String source, long offset, String text) {
    return document(source, Long.toString(offset), text, offset);
  }

  /** Returns the document of a text, or a rejection if the text is empty. */
  public static Reading document(String source, String key, String text, long offset) {
    return nothingVisible(text)
        ? Rejection.at(source, offset, Rejection.EMPTY)
        : new Document(source, key, text.strip());
  }

  /** Returns a reading with a language, if it is a document that has none. */
  public static Reading in(String language, Reading reading) {
    return reading instanceof Document document ? document.in(language) : reading;
  }

  public static boolean nothingVisible(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (!Character.isWhitespace(c)
          && !Character.isSpaceChar(c)
          && !Character.isISOControl(c)
          && c != BYTE_ORDER_MARK) {
        return false;
      }
    }
    return true;
  }

  /**
   * Decodes UTF-8 strictly: a replacement character would be invented text. The lenient decoder of
   * the JDK is faster and marks invalid input, so only a text with that mark is decoded again.
   */
  public static String decode(byte[] bytes, int length) throws CharacterCodingException {
    String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0
        ? text
        : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
  }
}
