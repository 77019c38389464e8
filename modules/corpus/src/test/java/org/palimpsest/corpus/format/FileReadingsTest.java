package org.palimpsest.corpus.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.commons.io.FileUtils;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.RecordText;
import org.palimpsest.corpus.text.Rejection;

class FileReadingsTest {
  private java.nio.file.Path folder;

  @BeforeProperty
  void create() throws IOException {
    folder = Files.createTempDirectory("texts");
  }

  @AfterProperty
  void delete() throws IOException {
    FileUtils.deleteDirectory(folder.toFile());
  }

  private java.nio.file.Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private java.nio.file.Path file(String name, String content) throws IOException {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads a file in splits that end at the given offsets and at its end. */
  private List<Reading> read(
      java.nio.file.Path file, DocumentMode mode, long maxBytes, long... ends) throws Exception {
    return SplitsForTests.read(file, "books", new ReadingRules(mode, "text", "", maxBytes), ends);
  }

  @Property(tries = 1000)
  void splitsChangeNothing(@ForAll("texts") String text, @ForAll("ends") List<Integer> ends)
      throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] splits = ends.stream().mapToInt(end -> end % (bytes.length + 1)).sorted().toArray();
    assertThat(lines(bytes, splits)).isEqualTo(lines(bytes));
    assertThat(paragraphs(bytes, splits)).isEqualTo(paragraphs(bytes));
  }

  private interface Split {
    Readings open(LineStream lines, long start, long end) throws IOException;
  }

  private static List<Reading> lines(byte[] bytes, int... ends) throws IOException {
    return inSplits(
        bytes,
        ends,
        (lines, start, end) -> new LineReadings("s", lines, start, end, RecordText::plain));
  }

  private static List<Reading> paragraphs(byte[] bytes, int... ends) throws IOException {
    return inSplits(
        bytes, ends, (lines, start, end) -> new ParagraphReadings("s", lines, start, end, 12));
  }

  private static List<Reading> inSplits(byte[] bytes, int[] ends, Split split) throws IOException {
    int[] all = Arrays.copyOf(ends, ends.length + 1);
    all[ends.length] = bytes.length;
    List<Reading> readings = new ArrayList<>();
    int start = 0;
    for (int end : all) {
      if (end > start) {
        InputStream in = new ByteArrayInputStream(bytes, start, bytes.length - start);
        Readings part = split.open(new LineStream(in, LineEnds.any(), start, 12), start, end);
        for (Reading next = part.next(); next != null; next = part.next()) {
          readings.add(next);
        }
      }
      start = end;
    }
    return readings;
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a", "bc", "ü", " ", "\n", "\n\n", "\r\n", "\r", "\r\r", "\n \n", "long enough to go")
        .list()
        .ofMaxSize(20)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<List<Integer>> ends() {
    return Arbitraries.integers().between(0, 1000).list().ofMaxSize(4);
  }

  @Example
  void splitsParagraphsAtBlankLines() throws Exception {
    String text = "\uFEFF\r\n\r\nOne line\r\nand another.\r\n \t\r\n\r\nTwo.\n\nThree";
    assertThat(read(file("b.txt", text), DocumentMode.PARAGRAPHS, 1000))
        .containsExactly(
            new Document("books/b.txt", "7", "One line and another."),
            new Document("books/b.txt", "37", "Two."),
            new Document("books/b.txt", "43", "Three"));
  }

  @Example
  void readsLinesAndFiles() throws Exception {
    java.nio.file.Path file = file("c.txt", "One.\n\n  Two. \n");
    assertThat(read(file, DocumentMode.LINE, 1000))
        .containsExactly(
            new Document("books/c.txt", "0", "One."), new Document("books/c.txt", "6", "Two."));
    assertThat(read(file, DocumentMode.FILE, 1000))
        .containsExactly(new Document("books/c.txt", "0", "One.\n\n  Two."));
    assertThat(read(file, DocumentMode.FILE, 5))
        .containsExactly(
            new Rejection("books/c.txt", "0", "longer than corpus.max-document-bytes", ""));
  }

  @Example
  void rejectsInvalidRecordsWithTheirOffset() throws Exception {
    byte[] bytes = "good\n\nb?d\n\nmuch too long\n\nfine".getBytes(StandardCharsets.UTF_8);
    bytes[7] = (byte) 0xFF;
    assertThat(read(file("d.txt", bytes), DocumentMode.PARAGRAPHS, 10))
        .containsExactly(
            new Document("books/d.txt", "0", "good"),
            new Rejection("books/d.txt", "6", "not UTF-8", ""),
            new Rejection("books/d.txt", "11", "longer than corpus.max-document-bytes", ""),
            new Document("books/d.txt", "26", "fine"));
  }

  @Example
  void readsJsonLines() throws Exception {
    String lines =
        """
        {"id": 1, "text": "One."}
        {"id": 2, "body": "Two."}
        {"text": 3}
        {"text": " "}
        [1]
        {"text": "Four\\nlines"}
        {"text":
        """;
    assertThat(read(file("e.jsonl", lines), DocumentMode.PARAGRAPHS, 1000))
        .containsExactly(
            new Document("books/e.jsonl", "0", "One."),
            new Rejection("books/e.jsonl", "26", "no field 'text'", "it has id, body"),
            new Rejection("books/e.jsonl", "52", "field 'text' is not text", ""),
            new Rejection("books/e.jsonl", "64", "empty text", ""),
            new Rejection("books/e.jsonl", "78", "not a JSON object", ""),
            new Document("books/e.jsonl", "82", "Four\nlines"),
            new Rejection(
                "books/e.jsonl",
                "106",
                "not a JSON object",
                "Unexpected end-of-input within/between Object entries"));
  }

  @Example
  void readsCompressedFilesAndRejectsDamagedOnes() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < 2000; i++) {
        gzip.write(("Line " + i * 7919 % 1000 + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] whole = bytes.toByteArray();
    assertThat(read(file("f.txt.gz", whole), DocumentMode.LINE, 1000)).hasSize(2000);
    List<Reading> cut =
        read(file("g.txt.gz", Arrays.copyOf(whole, whole.length / 2)), DocumentMode.LINE, 1000);
    assertThat(cut).hasSizeBetween(1, 1999);
    assertThat(cut.get(cut.size() - 1))
        .isInstanceOfSatisfying(
            Rejection.class, r -> assertThat(r.reason()).isEqualTo("damaged file"));
    assertThat(read(file("h.txt.gz", "no gzip at all"), DocumentMode.LINE, 1000))
        .singleElement()
        .isInstanceOfSatisfying(
            Rejection.class, r -> assertThat(r.reason()).isEqualTo("damaged file"));
  }

  @Example
  void readsALineOfSeveralMegabytes() throws Exception {
    String line = "x".repeat(5 << 20);
    assertThat(read(file("i.txt", line), DocumentMode.LINE, 64 << 20, 1000, 1 << 20))
        .containsExactly(new Document("books/i.txt", "0", line));
  }
}
