package org.palimpsest.corpus.source;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
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
import org.palimpsest.corpus.format.GivenPaths;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.storage.Reason;

/**
 * Files, folders and globs on any Hadoop file system. The name of a file says what it holds: {@code
 * .jsonl} (or {@code .ndjson}, {@code .json}) a JSON record a line, {@code .csv} and {@code .tsv}
 * separated values, {@code .parquet} rows; all others hold text. A suffix of a compression may
 * follow. An input that lies inside another one is read with it, once.
 */
public final class FileSource implements TextSource {
  /** Splits smaller than this cost more to schedule than to read. */
  private static final long SMALLEST_SPLIT = 1L << 20;

  private static final long LARGEST_SPLIT = 64L << 20;

  private static final Pattern GLOB = Pattern.compile("[\\[\\]{}*?\\\\]");

  private final Map<Path, Long> sizes = new LinkedHashMap<>();
  private final GivenPaths given = GivenPaths.none();
  private final ReadingRules rules;

  /**
   * Looks the inputs up.
   *
   * @throws PalimpsestException of kind INPUT if one does not exist or cannot be reached
   */
  public FileSource(List<Input> inputs, ReadingRules rules, Configuration hadoop) {
    this.rules = rules;
    inputs.forEach(input -> find(input, hadoop));
    sizes.keySet().removeIf(given::isInsideAnother);
  }

  private void find(Input input, Configuration hadoop) {
    try {
      Path path = new Path(input.path());
      FileSystem files = path.getFileSystem(hadoop);
      FileStatus[] found = files.globStatus(path);
      if (found == null || found.length == 0) {
        throw PalimpsestException.input(
            "The input " + input + " does not exist: give a file, a folder or a glob of them.");
      }
      for (FileStatus status : found) {
        Path there = status.getPath();
        sizes.put(there, files.getContentSummary(there).getLength());
        given.add(there, status.isDirectory() ? there : there.getParent(), input.weight());
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The input " + input + " cannot be read: " + Reason.of(e) + ".",
          e);
    }
  }

  @Override
  public long bytes() {
    return Math.round(
        sizes.entrySet().stream()
            .mapToDouble(entry -> entry.getValue() * given.weightOf(entry.getKey()))
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
      rules.leaveIn(job.getConfiguration());
      given.leaveIn(job.getConfiguration());
      return spark
          .newAPIHadoopRDD(job.getConfiguration(), FileReadings.class, Void.class, Reading.class)
          .values();
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT, "The input cannot be read: " + Reason.of(e) + ".", e);
    }
  }

  /** Hadoop takes paths for globs; these are names of what has been found. */
  private static Path literal(Path path) {
    return new Path(GLOB.matcher(path.toString()).replaceAll("\\\\$0"));
  }

  /** Two tasks a core, if they are worth it. */
  private long splitBytes(JavaSparkContext spark) {
    long stored = sizes.values().stream().mapToLong(Long::longValue).sum();
    long perTask = stored / (2L * Math.max(1, spark.defaultParallelism()));
    return Math.max(SMALLEST_SPLIT, Math.min(LARGEST_SPLIT, perTask));
  }
}
