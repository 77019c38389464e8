package org.palimpsest.corpus.lane;

import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** The columns of a lane. Changing them requires a new version of the corpus format. */
final class LaneSchema {
  static final String TOKENS = "tokens";
  static final String SENTENCE_STARTS = "sentence_starts";
  static final String DOCUMENT_STARTS = "document_starts";
  static final String UTF8_BYTES = "utf8_bytes";
  static final String LIST = "list";
  static final String ELEMENT = "element";

  static final MessageType BLOCK =
      MessageTypeParser.parseMessageType(
          """
          message block {
            required group tokens (LIST) { repeated group list { required int32 element; } }
            required group sentence_starts (LIST) { repeated group list { required int32 element; } }
            required group document_starts (LIST) { repeated group list { required int32 element; } }
            required int32 utf8_bytes;
          }
          """);

  private LaneSchema() {}
}
