package org.palimpsest.corpus.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Rejection;

/** JSON lines and separated values. */
class RecordFormatsTest {
  private static final ReadingRules BY_PLACE =
      new ReadingRules(DocumentMode.PARAGRAPHS, "text", "", 200_000);
  private static final ReadingRules BY_ID =
      new ReadingRules(DocumentMode.PARAGRAPHS, "text", "id", 200_000);

  @TempDir Path folder;

  private List<Reading> read(String name, String content, ReadingRules rules, long... ends)
      throws Exception {
    return SplitsForTests.read(Files.writeString(folder.resolve(name), content), "t", rules, ends);
  }

  private static String reason(Reading reading) {
    Rejection rejection = (Rejection) reading;
    return rejection.reason() + (rejection.detail().isEmpty() ? "" : ": " + rejection.detail());
  }

  @Test
  void rejectsInvalidJsonLinesWithTheirReason() throws Exception {
    String lines =
        """
        {"text": "good", "other": {"text": ["inner"]}}
        {"id": "b2", "text": "this line stops in the mid
        {"id": "b4", "body": "another name"}
        {"text": 12345}
        {"text": null}
        {"text": ["one"]}
        {"text": {"en": "nested"}}
        {"text": ""}
        {"text": "  \\n\\t "}

        ["a", "list"]
        "only a string"
        not json at all
        {'text': 'python style'}
        {"text": "first"} {"text": "second"}
        {"text": "a lone \\ud83d surrogate"}
        {"text": "a NUL \\u0000 stands here"}
        {"text": "once", "text": "twice"}
        {"text": "as Python writes", "number": NaN, "more": [-Infinity]}
        {"text": NaN}
        {"text": "raw \u0007 control"}
        {"text": "caf\\u00e9 \\ud83d\\ude00 \\"quoted\\" \\/ slash"}
        """
            + "[".repeat(100_000)
            + "\n{\"text\": \"last\"}";
    List<Reading> readings = read("a.jsonl", lines, BY_PLACE);
    assertThat(readings)
        .filteredOn(reading -> reading instanceof Document)
        .extracting(reading -> ((Document) reading).text())
        .containsExactly(
            "good",
            "a NUL \0 stands here",
            "as Python writes",
            "café 😀 \"quoted\" / slash",
            "last");
    assertThat(readings)
        .filteredOn(reading -> reading instanceof Rejection)
        .extracting(RecordFormatsTest::reason)
        .satisfiesExactly(
            r -> assertThat(r).startsWith("not a JSON object: Unexpected end-of-input"),
            r -> assertThat(r).isEqualTo("no field 'text': it has id, body"),
            r -> assertThat(r).isEqualTo("field 'text' is not text"),
            r -> assertThat(r).isEqualTo("field 'text' is not text"),
            r -> assertThat(r).isEqualTo("field 'text' is not text"),
            r -> assertThat(r).isEqualTo("field 'text' is not text"),
            r -> assertThat(r).isEqualTo("empty text"),
            r -> assertThat(r).isEqualTo("empty text"),
            r -> assertThat(r).isEqualTo("not a JSON object"),
            r -> assertThat(r).isEqualTo("not a JSON object"),
            r -> assertThat(r).startsWith("not a JSON object: Unrecognized token 'not'"),
            r -> assertThat(r).startsWith("not a JSON object: Unexpected character (''' "),
            r -> assertThat(r).isEqualTo("not a JSON object: more than one value in a line"),
            r -> assertThat(r).isEqualTo("half a character (a lone surrogate)"),
            r -> assertThat(r).isEqualTo("field 'text' twice"),
            r -> assertThat(r).isEqualTo("field 'text' is not text"),
            r -> assertThat(r).startsWith("not a JSON object: Illegal unquoted character"),
            r -> assertThat(r).isEqualTo("not a JSON object"));
  }

  @Test
  void usesTheIdAsKey() throws Exception {
    String lines =
        """
        {"id": "a/1", "text": "One."}
        {"text": "Two.", "id": 17}
        {"text": "Three.", "title": "t"}
        {"id": true, "text": "Four."}
        """;
    assertThat(read("b.ndjson", lines, BY_ID))
        .containsExactly(
            new Document("t/b.ndjson", "a/1", "One."),
            new Document("t/b.ndjson", "17", "Two."),
            new Rejection("t/b.ndjson", "57", "no field 'id'", "it has text, title"),
            new Rejection("t/b.ndjson", "90", "field 'id' is no id", ""));
  }

  @Test
  void readsALongTextInJson() throws Exception {
    String text = "ab ".repeat(7_000_000).strip();
    ReadingRules rules = new ReadingRules(DocumentMode.LINE, "text", "", 64 << 20);
    assertThat(read("long.jsonl", "{\"text\": \"" + text + "\"}\n", rules))
        .containsExactly(new Document("t/long.jsonl", "0", text));
  }

  private static final String CSV =
      """
      id,text,"note, quoted"
      1,"One, with ""quotes""
      and a second line.",x
      2,Two 5" wide,

      3,only two
      4,,y
      "5",Five.,"z"\
      """;

  @Test
  void readsSeparatedValuesByColumn() throws Exception {
    String inner = "One, with \"quotes\"\nand a second line.";
    for (String text : List.of(CSV, CSV.replace("\n", "\r\n"))) {
      List<Reading> readings = read("c.csv", text, BY_ID);
      String at = Integer.toString(text.indexOf("3,only"));
      String empty = Integer.toString(text.indexOf("4,,y"));
      assertThat(readings)
          .containsExactly(
              new Document(
                  "t/c.csv", "1", text.contains("\r") ? inner.replace("\n", "\r\n") : inner),
              new Document("t/c.csv", "2", "Two 5\" wide"),
              new Rejection("t/c.csv", at, "not a row of the columns", "2 fields instead of 3"),
              new Rejection("t/c.csv", empty, "empty text", ""),
              new Document("t/c.csv", "5", "Five."));
    }
    assertThat(read("d.csv", CSV, BY_PLACE).get(0)).isEqualTo(new Document("t/d.csv", "23", inner));
    assertThat(read("e.tsv", "\uFEFFtext\tid\nA, \"b\".\t7\n", BY_ID))
        .containsExactly(new Document("t/e.tsv", "7", "A, \"b\"."));
  }

  @Test
  void rejectsQuotesThatABackslashEscapes() throws Exception {
    String text = "id,text\n1,\"He said \\\"stop\\\" twice.\"\n2,\"In C:\\\"\n";
    String detail = "a quote after a backslash: double quotes instead (\"\")";

    assertThat(read("spark.csv", text, BY_ID))
        .containsExactly(
            new Rejection("t/spark.csv", "8", "not a row of the columns", detail),
            new Document("t/spark.csv", "2", "In C:\\"));
  }

  @Test
  void listsTheFieldsIfOneIsMissing() throws Exception {
    ReadingRules wrong = new ReadingRules(DocumentMode.LINE, "body", "", 1000);
    assertThat(read("f.csv", "id,text\n1,One\n2,Two\n", wrong))
        .containsExactly(
            new Rejection("t/f.csv", "8", "no field 'body'", "it has id, text"),
            new Rejection("t/f.csv", "14", "no field 'body'", "it has id, text"));
    ReadingRules noId = new ReadingRules(DocumentMode.LINE, "text", "key", 1000);
    assertThat(read("g.csv", "id,text\n1,One\n", noId))
        .containsExactly(new Rejection("t/g.csv", "8", "no field 'key'", "it has id, text"));
  }

  @Test
  void continuesAfterAnOverlongOrInvalidRecord() throws Exception {
    String csv = "text\n" + "x".repeat(300) + "\nshort\n?\nend\n";
    byte[] bytes = csv.getBytes(StandardCharsets.UTF_8);
    bytes[csv.indexOf('?')] = (byte) 0xC3;
    Path file = Files.write(folder.resolve("h.csv"), bytes);
    assertThat(SplitsForTests.read(file, "t", new ReadingRules(DocumentMode.LINE, "text", "", 100)))
        .containsExactly(
            new Rejection("t/h.csv", "5", "longer than corpus.max-document-bytes", ""),
            new Document("t/h.csv", "306", "short"),
            new Rejection("t/h.csv", "312", "not UTF-8", ""),
            new Document("t/h.csv", "314", "end"));
  }

  @Test
  void findsQuotesWithAnyBufferSize() throws IOException {
    StringBuilder csv = new StringBuilder("text,n\n");
    for (int i = 0; i < 20_000; i++) {
      csv.append("\"line ").append(i).append("\n\"\"second\"\", part\",").append(i).append("\n");
    }
    Path file = Files.writeString(folder.resolve("i.csv"), csv);
    try {
      List<Reading> readings = SplitsForTests.read(file, "t", BY_PLACE);
      assertThat(readings).hasSize(20_000).allMatch(reading -> reading instanceof Document);
      assertThat(((Document) readings.get(19_999)).text())
          .isEqualTo("line 19999\n\"second\", part");
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
