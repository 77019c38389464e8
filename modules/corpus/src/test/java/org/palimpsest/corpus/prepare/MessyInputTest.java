package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.SmallTexts;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.read.Corpus;

/** Irregular input is read correctly, or listed with file, offset and reason. */
@Tag("spark")
class MessyInputTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static SparkSession spark;

  @TempDir Path folder;
  private Path messy;

  @BeforeAll
  static void start() {
    spark = SparkForTests.session("local[2]");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void write() throws IOException {
    messy = Files.createDirectories(folder.resolve("messy"));
    text("bom.txt", "\uFEFFMarked.\n\nSecond.");
    text("crlf.txt", "One\r\nline.\r\n\r\nTwo.\r\n");
    text("mixed-line-ends.txt", "One.\n\nTwo.\r\n\r\nThree.\r\rFour.\n\r\nFive.\r\n\nSix.");
    text("unicode-line-ends.txt", "First.\u2028Second.\u0085Third.\u000BFourth.");
    text("no-final-line-end.txt", "Just this");
    text("one-byte.txt", "a");
    text("one-long-line.txt", "abcdefghij".repeat(20_000));
    text("empty.txt", "");
    text("empty.jsonl", "");
    text("whitespace-only.txt", " \n\t\n\r\n\u000B\f\n\u00A0\n\u3000\n");
    text("nul-bytes.txt", "NUL\0for\0blanks.\n\n" + "\0".repeat(4096) + "After.\n\n\0\0\0\n");
    text("special-tokens.txt", "</s> and <mask> and <extra_id_0> are plain text.");
    text("name with spaces [1].txt", "Found.");
    text("control-characters.txt", "Bell \u0007, \u001B[31mred\u001B[0m.");
    text("utf16le.txt", "\uFEFFSixteen.\n\nBits.", StandardCharsets.UTF_16LE);
    text("utf16be-no-bom.txt", "Sixteen bits, unmarked.", StandardCharsets.UTF_16BE);
    text("latin1.txt", "Plain.\n\nCafé.", StandardCharsets.ISO_8859_1);
    bytes("invalid-utf8.txt", "Good.\n\nBad \u00FF\u00FE.\n\nCut \u00C3", 1);
    text("array-not-lines.jsonl", "[\n  {\n    \"text\": \"x\"\n  }\n]\n");
    text(
        "bad-lines.jsonl",
        "{\"text\": \"Good.\"}\n{\"text\": 5}\n{\"body\": \"x\"}\n{\"text\": \"x\n");
    byte[] whole = gzip("Line.\n\n".repeat(5000));
    Files.write(messy.resolve("multi-member.txt.gz"), join(gzip("First.\n\n"), gzip("Second.")));
    Files.write(messy.resolve("truncated.txt.gz"), Arrays.copyOf(whole, 20));
    Files.write(messy.resolve("empty.txt.gz"), gzip(""));
    text("not-gzip.txt.gz", "plain text under a wrong name");
  }

  private void text(String name, String content) throws IOException {
    text(name, content, StandardCharsets.UTF_8);
  }

  private void text(String name, String content, Charset charset) throws IOException {
    Files.write(messy.resolve(name), content.getBytes(charset));
  }

  /** Writes one byte per character. */
  private void bytes(String name, String content, int times) throws IOException {
    Files.write(messy.resolve(name), content.repeat(times).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private Corpus prepare(double maxRejected) {
    return prepare(
        messy, Map.of("corpus.max-rejected", maxRejected, "corpus.max-document-bytes", 100_000));
  }

  private Corpus prepare(Object input, Map<String, ?> changed) {
    return Preparation.run(spark, SmallTexts.settings(input, folder.resolve("corpus"), changed));
  }

  @Test
  void everyRecordIsReadOrListed() throws IOException {
    Corpus corpus = prepare(0.9);
    corpus.verify();
    Map<String, Long> rejected = new TreeMap<>(corpus.manifest().rejected());
    assertThat(rejected)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "not UTF-8", 3L,
                "empty text", 2L,
                "not a JSON object", 6L,
                "no field 'text'", 1L,
                "field 'text' is not text", 1L,
                "damaged file", 2L,
                "longer than corpus.max-document-bytes", 1L));
    TreeMap<String, String> listed = new TreeMap<>();
    Path list = folder.resolve("corpus").resolve(corpus.manifest().rejectedFiles().get(0).name());
    for (String line : Files.readAllLines(list)) {
      JsonNode record = JSON.readTree(line);
      listed.put(
          record.path("source").asText() + " " + record.path("offset").asText(),
          record.path("reason").asText());
    }
    assertThat(listed)
        .hasSize(16)
        .containsEntry("messy/latin1.txt 8", "not UTF-8")
        .containsEntry("messy/invalid-utf8.txt 7", "not UTF-8")
        .containsEntry("messy/invalid-utf8.txt 16", "not UTF-8")
        .containsEntry("messy/one-long-line.txt 0", "longer than corpus.max-document-bytes")
        .containsEntry("messy/not-gzip.txt.gz 0", "damaged file")
        .containsEntry("messy/whitespace-only.txt 9", "empty text")
        .containsEntry("messy/bad-lines.jsonl 18", "field 'text' is not text");
    long documents =
        corpus.manifest().training().documents() + corpus.manifest().validation().documents();
    // bom 2, crlf 2, mixed 6, unicode 1, no-final 1, one-byte 1, nul 2, special 1, name 1,
    // control 1, utf16 2 + 1, latin1 1, invalid 1, bad-lines 1, multi-member 2.
    assertThat(documents).isEqualTo(26);
    assertThat(corpus.manifest().cleaned()).containsOnlyKeys("control-characters");
  }

  @Test
  void tooManyRejectionsFailWithTheFiveMostFrequentReasons() {
    assertThatThrownBy(() -> prepare(0.1))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.INPUT))
        .hasMessageStartingWith(
            "16 of 42 records were rejected, more than corpus.max-rejected = 0.1 allows ("
                + "not a JSON object: 6, such as messy/")
        .hasMessageContaining("; not UTF-8: 3, such as messy/")
        .hasMessageMatching("(?s)[^;]*(; [^;]*){4}")
        .message()
        .doesNotContain("\n");
    assertThat(folder.resolve("corpus/manifest.json")).doesNotExist();
  }

  @Test
  void refusesInputOfWhichCleaningRemovesEverything() {
    List<String> input = List.of(messy + "/bom.txt", messy + "/crlf.txt");
    assertThatThrownBy(() -> prepare(input, Map.of("corpus.clean.min-characters", 1000)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith(" ({min-characters=4}): relax corpus.clean, or add text.");
  }
}
