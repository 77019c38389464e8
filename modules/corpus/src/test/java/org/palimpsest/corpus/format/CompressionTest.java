package org.palimpsest.corpus.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Rejection;

class CompressionTest {
  private static final int LINES = 3000;
  private static final ReadingRules RULES = ReadingRules.plain(DocumentMode.LINE, 1 << 20);

  @TempDir Path folder;

  /** Compressions, written by independent tools where available. */
  enum Format {
    GZ,
    BZ2,
    ZST;

    OutputStream over(OutputStream out) throws IOException {
      return switch (this) {
        case GZ -> new GZIPOutputStream(out);
        case BZ2 -> new BZip2CompressorOutputStream(out);
        case ZST -> new ZstdOutputStream(out);
      };
    }

    String fileName() {
      return "a.txt." + name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private static byte[] compressed(Format format, int firstLine, int lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = format.over(bytes)) {
      for (int i = firstLine; i < firstLine + lines; i++) {
        out.write(("Line " + i + " " + i * 7919L % 1000 + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private List<Reading> read(Format format, byte[]... parts) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    Path file = Files.write(folder.resolve(format.fileName()), all.toByteArray());
    return SplitsForTests.read(file, "t", RULES);
  }

  @Test
  void readsEverySpellingOfGzip() throws Exception {
    for (String name : List.of("a.txt.gzip", "b.txt.GZ", "c.txt.gz")) {
      Path file = Files.write(folder.resolve(name), compressed(Format.GZ, 0, 1));
      assertThat(SplitsForTests.read(file, "t", RULES))
          .singleElement()
          .isInstanceOfSatisfying(
              Document.class, document -> assertThat(document.text()).isEqualTo("Line 0 0"));
    }
  }

  @Test
  void anArchiveIsOneRejection() throws Exception {
    byte[] tar = new byte[2048];
    System.arraycopy("ustar".getBytes(StandardCharsets.UTF_8), 0, tar, 257, 5);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = Format.GZ.over(bytes)) {
      out.write(tar);
    }
    Path plain = Files.write(folder.resolve("a.tar"), tar);
    Path packed = Files.write(folder.resolve("a.tar.gz"), bytes.toByteArray());

    assertThat(SplitsForTests.read(plain, "t", RULES, 600))
        .containsExactly(new Rejection("t/a.tar", "0", Rejection.NO_TEXT, "a tar archive"));
    assertThat(SplitsForTests.read(packed, "t", RULES))
        .containsExactly(new Rejection("t/a.tar.gz", "0", Rejection.NO_TEXT, "a tar archive"));
  }

  @ParameterizedTest
  @EnumSource
  void readsConcatenatedMembersAsOneText(Format format) throws Exception {
    List<Reading> readings =
        read(format, compressed(format, 0, LINES), compressed(format, LINES, 10));
    assertThat(readings).hasSize(LINES + 10).allMatch(reading -> reading instanceof Document);
    assertThat(((Document) readings.get(LINES)).text()).startsWith("Line " + LINES + " ");
  }

  @ParameterizedTest
  @EnumSource
  void readsATruncatedFileUpToItsEnd(Format format) throws Exception {
    byte[] whole = compressed(format, 0, LINES * 100);
    List<Reading> readings = read(format, Arrays.copyOf(whole, whole.length * 3 / 5));
    assertThat(readings).hasSizeGreaterThan(10).hasSizeLessThan(LINES * 100);
    Rejection last = (Rejection) readings.get(readings.size() - 1);
    assertThat(last.reason()).isEqualTo("damaged file");
    assertThat(last.detail()).isNotEmpty();
    Document before = (Document) readings.get(readings.size() - 2);
    assertThat(Long.parseLong(last.key()))
        .isEqualTo(Long.parseLong(before.key()) + before.text().length() + 1);
  }

  @ParameterizedTest
  @EnumSource
  void rejectsDataOfAnotherFormat(Format format) throws Exception {
    assertThat(read(format, "plain text under a wrong name".getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .isInstanceOfSatisfying(
            Rejection.class,
            r -> {
              assertThat(r.reason()).isEqualTo("damaged file");
              assertThat(r.key()).isEqualTo("0");
            });
  }

  @ParameterizedTest
  @EnumSource
  void readsAnEmptyCompressedFile(Format format) throws Exception {
    assertThat(read(format, compressed(format, 0, 0))).isEmpty();
  }

  @Test
  void reportsAWrongChecksum() throws Exception {
    byte[] bytes = compressed(Format.GZ, 0, LINES);
    bytes[bytes.length - 6] ^= 1;
    List<Reading> readings = read(Format.GZ, bytes);
    // All but the last read of the codec.
    assertThat(readings).hasSizeBetween(LINES - 4096 / 8, LINES + 1);
    assertThat(((Rejection) readings.get(readings.size() - 1)).detail())
        .isEqualTo("gzip stream CRC failure");
  }

  @Test
  void transcodesCompressedUtf16() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = Format.ZST.over(bytes)) {
      out.write("\uFEFFgrößer\n漢字".getBytes(StandardCharsets.UTF_16BE));
    }
    assertThat(read(Format.ZST, bytes.toByteArray()))
        .extracting(reading -> ((Document) reading).text())
        .containsExactly("größer", "漢字");
  }
}
