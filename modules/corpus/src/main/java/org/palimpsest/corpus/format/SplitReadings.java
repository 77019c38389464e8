package org.palimpsest.corpus.format;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.RecordText;
import org.palimpsest.corpus.text.Rejection;

/** Opens a split of a file according to its format, compression and encoding. */
final class SplitReadings implements Closeable {
  private final Path file;
  private final String source;
  private final long start;
  private final long end;
  private final ReadingRules rules;
  private final Configuration hadoop;
  private Closeable opened;

  /**
   * Creates a reader of a split.
   *
   * @param source name of the file in document keys
   * @param start offset of the first byte of the split
   * @param end offset after its last byte
   */
  SplitReadings(
      Path file, String source, long start, long end, ReadingRules rules, Configuration hadoop) {
    this.file = file;
    this.source = source;
    this.start = start;
    this.end = end;
    this.rules = rules;
    this.hadoop = hadoop;
  }

  Readings open() throws IOException {
    if (FileFormat.of(file) == FileFormat.PARQUET) {
      return new GuardedReadings(source, this::parquet);
    }
    FSDataInputStream raw = InputFile.open(file, hadoop);
    opened = raw;
    Optional<Compression> compression = Compression.of(file, hadoop);
    return compression.isPresent()
        ? new GuardedReadings(source, guard -> compressed(raw, compression.get(), guard))
        : plain(raw);
  }

  private Readings parquet(GuardedReadings guard) throws IOException {
    ParquetReadings rows = ParquetReadings.open(source, file, start, end, rules, hadoop);
    opened = rows;
    guard.watch(rows::row);
    return rows;
  }

  private Readings compressed(InputStream raw, Compression compression, GuardedReadings guard)
      throws IOException {
    InputStream in = new DecompressedStream(raw, compression);
    opened = in;
    byte[] head = in.readNBytes(NoText.HEAD);
    Optional<String> other = NoText.of(head);
    if (other.isPresent()) {
      return rejected(other.get());
    }
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), in);
    return records(decoded(whole, encoding(head)), 0, Long.MAX_VALUE, guard::watch);
  }

  /**
   * Other encodings than UTF-8 cannot be read from the middle of a file: the first split reads all
   * of it.
   */
  private Readings plain(FSDataInputStream raw) throws IOException {
    byte[] head = raw.readNBytes(NoText.HEAD);
    Optional<String> other = NoText.of(head);
    if (other.isPresent()) {
      return start > 0 ? () -> null : rejected(other.get());
    }
    TextEncoding encoding = encoding(head);
    if (encoding == TextEncoding.UTF_8) {
      raw.seek(start);
      return records(raw, start, end, position -> {});
    }
    if (start > 0) {
      return () -> null;
    }
    raw.seek(0);
    return records(decoded(raw, encoding), 0, Long.MAX_VALUE, position -> {});
  }

  private static TextEncoding encoding(byte[] head) {
    return TextEncoding.of(Arrays.copyOf(head, Math.min(head.length, TextEncoding.HEAD)));
  }

  /** One rejection for the whole file. */
  private Readings rejected(String other) {
    Iterator<Reading> only =
        List.<Reading>of(Rejection.at(source, 0, Rejection.NO_TEXT, other)).iterator();
    return () -> only.hasNext() ? only.next() : null;
  }

  private static InputStream decoded(InputStream in, TextEncoding encoding) {
    return encoding == TextEncoding.UTF_8 ? in : new TranscodedStream(in, encoding.charset());
  }

  private Readings records(InputStream in, long from, long to, Consumer<LongSupplier> watch)
      throws IOException {
    return switch (FileFormat.of(file)) {
      case TEXT -> text(in, from, to, watch);
      case JSON_LINES ->
          new LineReadings(
              source,
              lines(in, LineEnds.lineFeeds(), from, watch),
              from,
              to,
              new JsonRecords(rules));
      case CSV -> separated(in, ',', from, watch);
      case TAB_SEPARATED -> separated(in, '\t', from, watch);
      case PARQUET -> throw new IllegalStateException("Parquet is not read as a stream");
    };
  }

  private Readings text(InputStream in, long from, long to, Consumer<LongSupplier> watch)
      throws IOException {
    int limit = rules.limit();
    return switch (rules.documents()) {
      case FILE -> new FileReading(source, in, limit);
      case LINE ->
          new LineReadings(
              source, lines(in, LineEnds.any(), from, watch), from, to, RecordText::plain);
      case PARAGRAPHS ->
          new ParagraphReadings(source, lines(in, LineEnds.any(), from, watch), from, to, limit);
    };
  }

  private Readings separated(
      InputStream in, char delimiter, long from, Consumer<LongSupplier> watch) {
    return new CsvReadings(
        source, lines(in, LineEnds.quoted(delimiter), from, watch), delimiter, rules);
  }

  private LineStream lines(InputStream in, LineEnds ends, long from, Consumer<LongSupplier> watch) {
    LineStream lines = new LineStream(in, ends, from, rules.limit());
    watch.accept(lines::start);
    return lines;
  }

  @Override
  public void close() throws IOException {
    if (opened != null) {
      opened.close();
    }
  }
}
