package org.palimpsest.corpus.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.RecordText;
import org.palimpsest.corpus.text.Rejection;

/**
 * Reads each row of a Parquet file as a document, from its text column and, if configured, its id
 * column. A split owns the row groups whose midpoint it contains. One row group of the selected
 * columns is in memory at a time.
 */
final class ParquetReadings implements Readings, Closeable {
  private final String source;
  private final ReadingRules rules;
  private final ParquetFileReader file;
  private final MessageType schema;
  private final MessageType requested;
  private final Type textColumn;
  private final Type idColumn;
  private final Type languageColumn;

  private int rowGroup;
  private RecordReader<Group> rows;
  private long row;
  private long end;

  private ParquetReadings(String source, ReadingRules rules, ParquetFileReader file) {
    this.source = source;
    this.rules = rules;
    this.file = file;
    schema = file.getFileMetaData().getSchema();
    textColumn = column(rules.textField());
    idColumn = column(rules.idField());
    languageColumn = column(rules.languageField());
    requested =
        new MessageType(
            schema.getName(),
            Stream.of(textColumn, idColumn, languageColumn)
                .filter(Objects::nonNull)
                .distinct()
                .toList());
    file.setRequestedSchema(requested);
  }

  /** Opens the row groups that a split owns. */
  static ParquetReadings open(
      String source, Path path, long start, long end, ReadingRules rules, Configuration hadoop)
      throws IOException {
    ParquetReadOptions options =
        HadoopReadOptions.builder(hadoop, path).withRange(start, end).build();
    try {
      return new ParquetReadings(
          source, rules, ParquetFileReader.open(HadoopInputFile.fromPath(path, hadoop), options));
    } catch (RuntimeException e) {
      throw asFailure(e);
    }
  }

  /**
   * Converts a failure. Exceptions of Parquet or the JDK mean that the file is damaged; those of
   * other classes, such as the client of an object store, mean that the transfer failed.
   */
  private static IOException asFailure(RuntimeException e) {
    String type = e.getClass().getName();
    boolean damaged = type.startsWith("org.apache.parquet.") || type.startsWith("java.");
    return damaged && !(e instanceof UncheckedIOException)
        ? new DecompressedStream.Damaged(e)
        : new IOException(e);
  }

  /** Only columns with one value per row can be read. */
  private Type column(String name) {
    if (!schema.containsField(name)) {
      return null;
    }
    Type type = schema.getType(name);
    return type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED) ? type : null;
  }

  long row() {
    return row;
  }

  private boolean isReadable() {
    return textColumn != null
        && (idColumn != null || !rules.hasIdField())
        && (languageColumn != null || !rules.hasLanguageField());
  }

  @Override
  public Reading next() throws IOException {
    try {
      if (row == end && !nextRowGroup()) {
        return null;
      }
      long number = row++;
      return isReadable() ? read(rows.read(), number) : missing(number);
    } catch (RuntimeException e) {
      throw asFailure(e);
    }
  }

  private boolean nextRowGroup() throws IOException {
    while (rowGroup < file.getRowGroups().size()) {
      BlockMetaData group = file.getRowGroups().get(rowGroup++);
      row = group.getRowIndexOffset();
      end = row + group.getRowCount();
      if (isReadable()) {
        rows =
            new ColumnIOFactory()
                .getColumnIO(requested, schema)
                .getRecordReader(file.readNextRowGroup(), new GroupRecordConverter(requested));
      }
      if (row < end) {
        return true;
      }
    }
    return false;
  }

  private Reading read(Group group, long number) {
    if (textColumn.asPrimitiveType().getPrimitiveTypeName()
            != PrimitiveType.PrimitiveTypeName.BINARY
        || group.getFieldRepetitionCount(rules.textField()) == 0) {
      return rejected(number, "field '" + rules.textField() + "' is not text");
    }
    String key = Long.toString(number);
    if (rules.hasIdField()) {
      if (group.getFieldRepetitionCount(rules.idField()) == 0) {
        return rejected(number, "field '" + rules.idField() + "' is no id");
      }
      key = group.getValueToString(group.getType().getFieldIndex(rules.idField()), 0);
    }
    String language = "";
    if (rules.hasLanguageField()) {
      if (group.getFieldRepetitionCount(rules.languageField()) == 0) {
        return rejected(number, "field '" + rules.languageField() + "' is no language");
      }
      language = group.getValueToString(group.getType().getFieldIndex(rules.languageField()), 0);
    }
    byte[] bytes = group.getBinary(rules.textField(), 0).getBytesUnsafe();
    if (bytes.length > rules.maxDocumentBytes()) {
      return rejected(number, Rejection.TOO_LONG);
    }
    try {
      String text = RecordText.decode(bytes, bytes.length);
      return RecordText.in(language, RecordText.document(source, key, text, number));
    } catch (CharacterCodingException e) {
      return rejected(number, Rejection.NOT_UTF8);
    }
  }

  private Rejection missing(long number) {
    String field =
        textColumn == null
            ? rules.textField()
            : idColumn == null && rules.hasIdField() ? rules.idField() : rules.languageField();
    String columns =
        schema.getFields().stream().map(Type::getName).collect(Collectors.joining(", "));
    return Rejection.at(source, number, "no field '" + field + "'", "it has " + columns);
  }

  private Rejection rejected(long number, String reason) {
    return Rejection.at(source, number, reason);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
