package org.palimpsest.corpus.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.RecordText;
import org.palimpsest.corpus.text.Rejection;

/**
 * Reads JSON lines: one object per line, with the text in one of its fields. Other fields are
 * skipped without being stored. Not thread-safe.
 */
final class JsonRecords implements Readings.Maker {
  private static final int FIELDS_NAMED = 10;

  /** The line reader already limits the length of values. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          // Python writes NaN and Infinity, which other fields may hold.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final ReadingRules rules;
  private final List<String> fields = new ArrayList<>();
  private String source;
  private long offset;
  private String text;
  private String id;
  private String language;
  private Rejection rejection;

  JsonRecords(ReadingRules rules) {
    this.rules = rules;
  }

  @Override
  public Reading make(String from, long at, byte[] bytes, int length) {
    source = from;
    offset = at;
    text = null;
    id = null;
    language = null;
    rejection = null;
    fields.clear();
    try (JsonParser parser = JSON.createParser(RecordText.decode(bytes, length))) {
      walk(parser);
    } catch (CharacterCodingException e) {
      return Rejection.at(source, offset, Rejection.NOT_UTF8);
    } catch (JsonProcessingException e) {
      return notJson(withoutPlace(e.getOriginalMessage()));
    } catch (IOException e) {
      return notJson(e.getMessage());
    }
    return rejection == null ? document() : rejection;
  }

  private void walk(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      rejection = notJson("");
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals(rules.textField())) {
        takeText(parser, value);
      } else if (name.equals(rules.idField())) {
        takeId(parser, value);
      } else if (name.equals(rules.languageField())) {
        takeLanguage(parser, value);
      }
      parser.skipChildren();
      if (fields.size() < FIELDS_NAMED) {
        fields.add(name);
      }
    }
    if (parser.nextToken() != null) {
      rejection = notJson("more than one value in a line");
    }
  }

  private void takeText(JsonParser parser, JsonToken value) throws IOException {
    if (text != null) {
      rejection = rejected("field '" + rules.textField() + "' twice", "");
    } else if (value == JsonToken.VALUE_STRING) {
      text = parser.getText();
    } else {
      rejection = rejected("field '" + rules.textField() + "' is not text", "");
    }
  }

  private void takeId(JsonParser parser, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT) {
      id = parser.getText();
    } else {
      rejection = rejected("field '" + rules.idField() + "' is no id", "");
    }
  }

  private void takeLanguage(JsonParser parser, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      language = parser.getText();
    } else {
      rejection = rejected("field '" + rules.languageField() + "' is no language", "");
    }
  }

  private Reading document() {
    if (text == null) {
      return missing(rules.textField());
    }
    if (rules.hasIdField() && id == null) {
      return missing(rules.idField());
    }
    if (rules.hasLanguageField() && language == null) {
      return missing(rules.languageField());
    }
    if (hasLoneSurrogate(text)) {
      return Rejection.at(source, offset, Rejection.LONE_SURROGATE);
    }
    String key = id == null ? Long.toString(offset) : id;
    Reading read = RecordText.document(source, key, text, offset);
    return language == null ? read : RecordText.in(language, read);
  }

  private Rejection missing(String field) {
    return rejected("no field '" + field + "'", "it has " + String.join(", ", fields));
  }

  private Rejection notJson(String detail) {
    return rejected(Rejection.NOT_JSON, detail);
  }

  /** Removes the location that Jackson appends in parentheses. */
  private static String withoutPlace(String message) {
    int place = message.indexOf(" (start marker");
    return place < 0 ? message : message.substring(0, place);
  }

  private Rejection rejected(String reason, String detail) {
    return Rejection.at(source, offset, reason, detail);
  }

  /** An escape sequence can denote a code unit that UTF-8 cannot encode. */
  private static boolean hasLoneSurrogate(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (Character.isSurrogate(text.charAt(at))) {
        if (!Character.isHighSurrogate(text.charAt(at))
            || at + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(at + 1))) {
          return true;
        }
        at++;
      }
    }
    return false;
  }
}
