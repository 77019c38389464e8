package org.palimpsest.tasks.finetuning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.tasks.finetuning.PairSettings.Format;

/**
 * Reads files of pairs as rows of three columns: source, target, and the text of an unreadable
 * record.
 */
record PairFiles(SparkSession spark, PairSettings settings) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern GLOB = Pattern.compile("[\\[\\]{}*?\\\\]");
  private static final String UNREADABLE = "_damaged_record";

  /**
   * Returns the rows of all inputs.
   *
   * @throws PalimpsestException of kind INPUT if an input does not exist or lacks a field
   */
  Dataset<Row> rows() {
    List<Dataset<Row>> all = new ArrayList<>();
    for (String input : settings.inputs()) {
      all.add(rows(literal(input), format(input)));
    }
    return all.stream().reduce(Dataset::union).orElseThrow();
  }

  /** The rows of a table whose columns are source and target. */
  static Dataset<Row> rows(Dataset<Row> pairs) {
    String[] names = pairs.columns();
    return pairs.select(column(names[0]), column(names[1]), readable());
  }

  private Dataset<Row> rows(String input, Format format) {
    return switch (format) {
      case PARQUET -> selected(input, reader().parquet(input));
      case CSV -> selected(input, separated(input, ","));
      case TSV -> selected(input, separated(input, "\t"));
      case JSONL, AUTO -> jsonLines(input);
    };
  }

  /** Reads folders in folders too, as a preparation does. */
  private DataFrameReader reader() {
    return spark.read().option("recursiveFileLookup", "true");
  }

  /** What exists under a name as it is, is no glob. */
  private String literal(String input) {
    try {
      Path path = new Path(input);
      FileSystem files = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
      return files.exists(path) ? GLOB.matcher(input).replaceAll("\\\\$0") : input;
    } catch (IOException | IllegalArgumentException e) {
      return input; // The reader reports why.
    }
  }

  private Dataset<Row> separated(String input, String separator) {
    return reader()
        .option("header", "true")
        .option("sep", separator)
        .option("multiLine", "true")
        .option("escape", "\"")
        .csv(input);
  }

  private Dataset<Row> selected(String input, Dataset<Row> table) {
    requireFields(input, Arrays.asList(table.columns()));
    return table.select(column(settings.sourceField()), column(settings.targetField()), readable());
  }

  private static Column readable() {
    return functions.lit(null).cast(DataTypes.StringType);
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`").cast(DataTypes.StringType);
  }

  /** Converts a record that is not a JSON object to a row instead of failing. */
  private Dataset<Row> jsonLines(String input) {
    requireFields(input, firstFields(input));
    StructType schema =
        new StructType()
            .add(settings.sourceField(), DataTypes.StringType)
            .add(settings.targetField(), DataTypes.StringType)
            .add(UNREADABLE, DataTypes.StringType);
    return reader()
        .schema(schema)
        .option("columnNameOfCorruptRecord", UNREADABLE)
        .json(input)
        .select(column(settings.sourceField()), column(settings.targetField()), column(UNREADABLE));
  }

  /** Returns the fields of the first line. */
  private List<String> firstFields(String input) {
    List<String> first = reader().textFile(input).takeAsList(1);
    try {
      JsonNode record = JSON.readTree(first.isEmpty() ? "" : first.get(0));
      List<String> names = new ArrayList<>();
      record.fieldNames().forEachRemaining(names::add);
      return names;
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The first line of "
              + input
              + " is not JSON: write one JSON object per line, or set finetune.format.",
          e);
    }
  }

  private void requireFields(String input, List<String> found) {
    for (String field : List.of(settings.sourceField(), settings.targetField())) {
      if (!found.contains(field)) {
        throw PalimpsestException.input(
            "The pairs in "
                + input
                + " have no field '"
                + field
                + "' (they have "
                + (found.isEmpty() ? "none" : String.join(", ", found))
                + "): set finetune.source-field and finetune.target-field.");
      }
    }
  }

  private Format format(String input) {
    String name = first(input);
    if (settings.format() != Format.AUTO) {
      return settings.format();
    }
    String bare = name.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|bz2|zst|lz4|snappy)$", "");
    String suffix = bare.substring(bare.lastIndexOf('.') + 1);
    return switch (suffix) {
      case "jsonl", "ndjson", "json" -> Format.JSONL;
      case "parquet" -> Format.PARQUET;
      case "csv" -> Format.CSV;
      case "tsv" -> Format.TSV;
      default ->
          throw PalimpsestException.input(
              "The format of "
                  + name
                  + " is not known from its name: set finetune.format to jsonl, parquet, csv or"
                  + " tsv.");
    };
  }

  /** Returns the name of the first file that is not hidden. */
  private String first(String input) {
    try {
      Path path = new Path(input);
      FileSystem files = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
      FileStatus[] found =
          files.exists(path)
              ? new FileStatus[] {files.getFileStatus(path)}
              : files.globStatus(path);
      for (FileStatus status : found == null ? new FileStatus[0] : found) {
        RemoteIterator<LocatedFileStatus> inside = files.listFiles(status.getPath(), true);
        while (inside.hasNext()) {
          String name = inside.next().getPath().getName();
          if (!name.startsWith(".") && !name.startsWith("_")) {
            return name;
          }
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The input " + input + " cannot be read: " + Reason.of(e) + ".",
          e);
    }
    throw PalimpsestException.input(
        "The input " + input + " does not exist: name a file, a folder or a glob.");
  }
}
