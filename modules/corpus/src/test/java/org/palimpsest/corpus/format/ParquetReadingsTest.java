package org.palimpsest.corpus.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Rejection;

class ParquetReadingsTest {
  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          "message m { required int64 id; optional binary text (STRING); optional int32 length; }");
  private static final int ROWS = 5000;

  @TempDir Path folder;

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withConf(new Configuration())
            .withType(SCHEMA)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(20_000L)
            .withMinRowCountForPageSizeCheck(10)
            .build()) {
      for (int i = 0; i < ROWS; i++) {
        Group row = new SimpleGroup(SCHEMA).append("id", 10_000L + i);
        row = i % 1000 == 7 ? row : row.append("text", text(i));
        writer.write(row);
      }
    }
    return file;
  }

  private static String text(int row) {
    return row == 100 ? " " : row == 200 ? "x".repeat(600) : "Größe " + row * 7919L % 5003;
  }

  private static ReadingRules rules(String textField, String idField) {
    return new ReadingRules(DocumentMode.PARAGRAPHS, textField, idField, 500);
  }

  private static List<Reading> expected(boolean byId) {
    List<Reading> expected = new ArrayList<>();
    String source = "t/a.parquet";
    for (int i = 0; i < ROWS; i++) {
      String key = Integer.toString(byId ? 10_000 + i : i);
      expected.add(
          i % 1000 == 7
              ? Rejection.at(source, i, "field 'text' is not text")
              : i == 100
                  ? Rejection.at(source, i, "empty text")
                  : i == 200
                      ? Rejection.at(source, i, "longer than corpus.max-document-bytes")
                      : new Document(source, key, text(i)));
    }
    return expected;
  }

  @Test
  void readsRowsByColumnWithAnySplits() throws Exception {
    Path file = write("a.parquet");
    assertThat(SplitsForTests.read(file, "t", rules("text", ""))).isEqualTo(expected(false));
    long size = Files.size(file);
    long[] ends = {1, size / 7, size / 3, size / 2, size - 5};
    assertThat(SplitsForTests.read(file, "t", rules("text", "id"), ends)).isEqualTo(expected(true));
  }

  @Test
  void listsTheColumnsIfOneIsMissing() throws Exception {
    Path file = write("a.parquet");
    List<Reading> readings = SplitsForTests.read(file, "t", rules("body", ""), 4000);
    assertThat(readings).hasSize(ROWS);
    assertThat(readings.get(4999))
        .isEqualTo(
            new Rejection("t/a.parquet", "4999", "no field 'body'", "it has id, text, length"));
    assertThat(SplitsForTests.read(file, "t", rules("text", "key")).get(0))
        .isEqualTo(new Rejection("t/a.parquet", "0", "no field 'key'", "it has id, text, length"));
    assertThat(SplitsForTests.read(file, "t", rules("id", "")).get(3))
        .isEqualTo(Rejection.at("t/a.parquet", 3, "field 'id' is not text"));
  }

  @Test
  void rejectsADamagedFile() throws Exception {
    byte[] whole = Files.readAllBytes(write("a.parquet"));
    Path cut = Files.write(folder.resolve("b.parquet"), Arrays.copyOf(whole, whole.length / 2));
    assertThat(SplitsForTests.read(cut, "t", rules("text", "")))
        .singleElement()
        .isInstanceOfSatisfying(
            Rejection.class,
            r -> {
              assertThat(r.reason()).isEqualTo("damaged file");
              assertThat(r.detail()).contains("is not a Parquet file");
            });
    byte[] broken = whole.clone();
    Arrays.fill(broken, whole.length / 2, whole.length / 2 + 3000, (byte) 0x55);
    List<Reading> readings =
        SplitsForTests.read(
            Files.write(folder.resolve("c.parquet"), broken), "t", rules("text", ""));
    assertThat(readings).hasSizeBetween(100, ROWS - 100);
    assertThat(((Rejection) readings.get(readings.size() - 1)).reason()).isEqualTo("damaged file");
  }
}
