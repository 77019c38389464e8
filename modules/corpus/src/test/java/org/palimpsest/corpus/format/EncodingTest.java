package org.palimpsest.corpus.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Rejection;

class EncodingTest {
  private static final String TEXT =
      "Erster Absatz, größer.\r\n\r\n漢字 und 😀.\n\n" + "Noch mehr Text hier. ".repeat(3000).strip();
  private static final ReadingRules RULES = ReadingRules.plain(DocumentMode.PARAGRAPHS, 1 << 20);

  @TempDir Path folder;

  private List<Reading> read(byte[] bytes, long... ends) throws Exception {
    return SplitsForTests.read(Files.write(folder.resolve("a.txt"), bytes), "t", RULES, ends);
  }

  @ParameterizedTest
  @CsvSource({"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void readsTextWithAByteOrderMarkWithAnySplits(String encoding) throws Exception {
    byte[] bytes = ("\uFEFF" + TEXT).getBytes(Charset.forName(encoding));
    List<Reading> readings = read(bytes);
    assertThat(readings)
        .extracting(reading -> ((Document) reading).text())
        .containsExactly(TEXT.split("\\R\\R"));
    assertThat(read(bytes, 1, 2, 40, 1000, 5001)).isEqualTo(readings);
  }

  @ParameterizedTest
  @CsvSource({"UTF-16LE", "UTF-16BE"})
  void detectsWesternTextWithoutAByteOrderMark(String encoding) throws Exception {
    String western = "Erster Absatz, größer.\n\nZweiter.";
    assertThat(read(western.getBytes(Charset.forName(encoding))))
        .extracting(reading -> ((Document) reading).text())
        .containsExactly("Erster Absatz, größer.", "Zweiter.");
  }

  @Test
  void readsTextWithZerosAsUtf8() throws Exception {
    assertThat(
            read("a\0b\0c\0 and\0so\0on, with zeros for blanks".getBytes(StandardCharsets.UTF_8)))
        .hasSize(1)
        .allMatch(reading -> reading instanceof Document);
    assertThat(TextEncoding.of(new byte[256])).isEqualTo(TextEncoding.UTF_8);
    assertThat(TextEncoding.of(new byte[] {0, 'a'})).isEqualTo(TextEncoding.UTF_8);
    assertThat(TextEncoding.of(new byte[0])).isEqualTo(TextEncoding.UTF_8);
  }

  @Test
  void rejectsARecordWithAnInvalidCharacter() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("\uFEFFgood\n\nbad ".getBytes(StandardCharsets.UTF_16LE));
    bytes.write(new byte[] {0x3D, (byte) 0xD8});
    bytes.write(" half\n\ngood again".getBytes(StandardCharsets.UTF_16LE));
    bytes.write('x');
    assertThat(read(bytes.toByteArray()))
        .containsExactly(
            new Document("t/a.txt", "0", "good"),
            new Rejection("t/a.txt", "9", "not UTF-8", ""),
            new Rejection("t/a.txt", "20", "not UTF-8", ""));
  }

  @Test
  void transcodesEquallyWithAnyReadSize() throws IOException {
    byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_16LE);
    for (int most : new int[] {1, 2, 3, 7, 4096}) {
      InputStream pieces =
          new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
              return super.read(into, offset, Math.min(length, most));
            }
          };
      assertThat(new TranscodedStream(pieces, StandardCharsets.UTF_16LE).readAllBytes())
          .isEqualTo(TEXT.getBytes(StandardCharsets.UTF_8));
    }
  }
}
