package org.palimpsest.corpus.format;

import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.RecordText;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.storage.Reason;

/**
 * Reads separated values as in RFC 4180: the first record names the columns, and quoted fields may
 * contain line breaks. Record boundaries are found in the bytes, so offsets are known and oversized
 * records are not held in memory; the parser that Spark uses splits the fields.
 */
final class CsvReadings implements Readings {
  private static final int MOST_COLUMNS = 1 << 14;

  private final String source;
  private final LineStream lines;
  private final ReadingRules rules;
  private final CsvParser parser;

  /**
   * A quote that a backslash escapes, as Spark writes it by default. After a doubled quote, and
   * before the end of a field, a backslash is text.
   */
  private final Pattern backslash;

  private List<String> columns;
  private int textColumn;
  private int idColumn;
  private int languageColumn;

  CsvReadings(String source, LineStream lines, char delimiter, ReadingRules rules) {
    this.source = source;
    this.lines = lines;
    this.rules = rules;
    backslash = Pattern.compile("\\\\\"[^\"\r\n" + Pattern.quote(String.valueOf(delimiter)) + "]");
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setDelimiter(delimiter);
    settings.getFormat().setQuoteEscape('"');
    settings.setMaxCharsPerColumn(-1);
    settings.setMaxColumns(MOST_COLUMNS);
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    settings.setNullValue("");
    settings.setEmptyValue("");
    settings.setSkipEmptyLines(false);
    settings.setCommentProcessingEnabled(false);
    parser = new CsvParser(settings);
  }

  @Override
  public Reading next() throws IOException {
    while (lines.next()) {
      if (lines.overlong()) {
        return Rejection.at(source, lines.start(), Rejection.TOO_LONG);
      }
      if (!lines.blank()) {
        Reading reading = record();
        if (reading != null) {
          return reading;
        }
      }
    }
    return null;
  }

  /** Returns a reading, or null for the record that names the columns. */
  private Reading record() {
    String[] fields;
    try {
      String text = RecordText.decode(lines.bytes(), lines.length());
      if (backslash.matcher(text).find()) {
        return rejected(
            Rejection.NOT_A_ROW, "a quote after a backslash: double quotes instead (\"\")");
      }
      fields = parser.parseLine(text);
    } catch (CharacterCodingException e) {
      return rejected(Rejection.NOT_UTF8, "");
    } catch (RuntimeException e) {
      return rejected(Rejection.NOT_A_ROW, Reason.of(e));
    }
    if (columns == null) {
      columns = Arrays.asList(fields);
      textColumn = columns.indexOf(rules.textField());
      idColumn = columns.indexOf(rules.idField());
      languageColumn = columns.indexOf(rules.languageField());
      return null;
    }
    return row(fields);
  }

  private Reading row(String[] fields) {
    if (textColumn < 0) {
      return missing(rules.textField());
    }
    if (rules.hasIdField() && idColumn < 0) {
      return missing(rules.idField());
    }
    if (rules.hasLanguageField() && languageColumn < 0) {
      return missing(rules.languageField());
    }
    if (fields.length != columns.size()) {
      return rejected(
          Rejection.NOT_A_ROW, "%d fields instead of %d".formatted(fields.length, columns.size()));
    }
    String key = rules.hasIdField() ? fields[idColumn] : Long.toString(lines.start());
    if (key.isBlank()) {
      return rejected("field '" + rules.idField() + "' is no id", "");
    }
    Reading read = RecordText.document(source, key, fields[textColumn], lines.start());
    return rules.hasLanguageField() ? RecordText.in(fields[languageColumn], read) : read;
  }

  private Rejection missing(String column) {
    return rejected("no field '" + column + "'", "it has " + String.join(", ", columns));
  }

  private Rejection rejected(String reason, String detail) {
    return Rejection.at(source, lines.start(), reason, detail);
  }
}
