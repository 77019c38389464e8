package org.palimpsest.corpus.source;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.format.FileReadings;
import org.palimpsest.corpus.format.InputPaths;
import org.palimpsest.corpus.format.NoText;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.storage.Reason;

/**
 * Files, folders and globs on any Hadoop file system. The suffix of a file name determines its
 * format: {@code .jsonl}, {@code .ndjson} and {@code .json} contain one JSON record per line,
 * {@code .csv} and {@code .tsv} separated values, {@code .parquet} rows; all others contain text. A
 * compression suffix may follow. Files that two inputs match are read once.
 */
public final class FileSource implements TextSource {
  private static final int SHIFT_MIB = 20;

  /** Scheduling a smaller split costs more than reading it. */
  private static final long SMALLEST_SPLIT = 1L << 20;

  private static final long LARGEST_SPLIT = 64L << 20;

  /** With larger inputs, splits are longer than {@link #LARGEST_SPLIT}. */
  private static final long MOST_SPLITS = 1L << 17;

  /** Heap that the driver needs for a file: its status, its split and the split's partition. */
  static final long HEAP_PER_FILE = 2048;

  private static final Pattern GLOB = Pattern.compile("[\\[\\]{}*?\\\\]");

  private final Map<Path, Long> sizes = new LinkedHashMap<>();
  private final Map<Path, Long> counts = new LinkedHashMap<>();
  private final InputPaths paths = InputPaths.none();
  private final ReadingRules rules;

  /**
   * Finds the files of the inputs.
   *
   * @throws PalimpsestException of kind INPUT if one does not exist or cannot be reached
   */
  public FileSource(List<Input> inputs, ReadingRules rules, Configuration hadoop) {
    this.rules = rules;
    inputs.forEach(input -> find(input, hadoop));
    sizes.keySet().removeIf(paths::isInsideAnother);
    counts.keySet().retainAll(sizes.keySet());
    requireHeap(
        counts.values().stream().mapToLong(Long::longValue).sum(),
        Runtime.getRuntime().maxMemory());
  }

  /** The driver lists all files before the first task starts; half of its heap is for that. */
  static void requireHeap(long files, long heap) {
    long most = heap / 2 / HEAP_PER_FILE;
    if (files > most) {
      throw PalimpsestException.input(
          "The input has %,d files, but a driver with a heap of %,d MiB lists at most %,d: give it %,d MiB (--driver-memory), join small files, or prepare the input in parts (prepare --add)."
              .formatted(
                  files, heap >> SHIFT_MIB, most, ((2 * files * HEAP_PER_FILE) >> SHIFT_MIB) + 1));
    }
  }

  private void find(Input input, Configuration hadoop) {
    try {
      Path path = new Path(input.path());
      FileSystem files = path.getFileSystem(hadoop);
      FileStatus[] found = found(files, path);
      if (found == null || found.length == 0) {
        throw PalimpsestException.input(
            "The input " + input + " does not exist: name a file, a folder or a glob.");
      }
      for (FileStatus status : found) {
        Path file = status.getPath();
        if (status.isFile() && file.getName().contains(":")) {
          throw colon(input);
        }
        if (status.isFile() && found.length == 1) {
          refuseNoText(file, hadoop);
        }
        ContentSummary content = files.getContentSummary(file);
        sizes.put(file, content.getLength());
        counts.put(file, content.getFileCount());
        paths.add(file, status.isDirectory() ? file : file.getParent(), input);
      }
    } catch (IOException | IllegalArgumentException e) {
      if (e.getCause() instanceof URISyntaxException syntax
          && syntax.getReason().startsWith("Relative path")) {
        throw colon(input);
      }
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The input " + input + " cannot be read: " + Reason.of(e) + ".",
          e);
    }
  }

  /** What exists under the name as it is, or else what it matches as a glob. */
  private static FileStatus[] found(FileSystem files, Path path) throws IOException {
    return files.exists(path)
        ? new FileStatus[] {files.getFileStatus(path)}
        : files.globStatus(path);
  }

  /** Hadoop's search for inputs takes what precedes a colon for the name of a file system. */
  private static PalimpsestException colon(Input input) {
    return PalimpsestException.input(
        "The input %s names a file with a colon in its name, which Hadoop reads only as part of a folder: name its folder, or rename the file."
            .formatted(input));
  }

  /**
   * Among many files such a one is a rejection, which is counted. A file that cannot be read is
   * reported by the task that reads it.
   */
  private static void refuseNoText(Path file, Configuration hadoop) {
    Optional<String> other;
    try {
      other = NoText.in(file, hadoop);
    } catch (IOException e) {
      return;
    }
    if (other.isPresent()) {
      throw PalimpsestException.input(
          "The input "
              + file
              + " is "
              + other.get()
              + ", not text: unpack or convert it, and name the files of text.");
    }
  }

  @Override
  public long bytes() {
    return Math.round(
        sizes.entrySet().stream()
            .mapToDouble(entry -> entry.getValue() * paths.weightOf(entry.getKey()))
            .sum());
  }

  @Override
  public JavaRDD<Reading> read(SparkSession session) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    try {
      Job job = Job.getInstance(spark.hadoopConfiguration());
      FileInputFormat.setInputDirRecursive(job, true);
      FileInputFormat.setInputPaths(
          job, sizes.keySet().stream().map(FileSource::literal).toArray(Path[]::new));
      job.getConfiguration()
          .setIfUnset(FileInputFormat.SPLIT_MAXSIZE, Long.toString(splitBytes(spark)));
      rules.storeIn(job.getConfiguration());
      paths.storeIn(job.getConfiguration());
      return spark
          .newAPIHadoopRDD(job.getConfiguration(), FileReadings.class, Void.class, Reading.class)
          .values();
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT, "The input cannot be read: " + Reason.of(e) + ".", e);
    }
  }

  /** Escapes names of existing files, because Hadoop interprets paths as globs. */
  private static Path literal(Path path) {
    return new Path(GLOB.matcher(path.toString()).replaceAll("\\\\$0"));
  }

  /** Aims at two tasks per core, if the splits are large enough, and not too many. */
  private long splitBytes(JavaSparkContext spark) {
    long stored = sizes.values().stream().mapToLong(Long::longValue).sum();
    long perTask = stored / (2L * Math.max(1, spark.defaultParallelism()));
    return splitBytes(stored, perTask);
  }

  static long splitBytes(long stored, long perTask) {
    long usual = Math.max(SMALLEST_SPLIT, Math.min(LARGEST_SPLIT, perTask));
    return Math.max(usual, stored / MOST_SPLITS + 1);
  }
}
