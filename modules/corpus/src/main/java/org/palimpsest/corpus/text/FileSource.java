package org.palimpsest.corpus.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.objective.PalimpsestException;

/**
 * Files, folders and globs on any Hadoop file system. Files whose name ends in {@code .jsonl} (or
 * {@code .ndjson}, {@code .json}), before the suffix of a codec, hold a JSON record a line; all
 * others hold text.
 */
public final class FileSource implements TextSource {
  /** Splits smaller than this cost more to schedule than to read. */
  private static final long SMALLEST_SPLIT = 1L << 20;

  private static final long LARGEST_SPLIT = 64L << 20;

  private final List<Path> paths = new ArrayList<>();
  private final Map<String, String> names = new HashMap<>();
  private final DocumentMode mode;
  private final String textField;
  private final long maxDocumentBytes;
  private long bytes;

  /**
   * Looks the inputs up.
   *
   * @throws PalimpsestException of kind INPUT if one does not exist
   */
  public FileSource(
      List<String> inputs,
      DocumentMode mode,
      String textField,
      long maxDocumentBytes,
      Configuration hadoop) {
    this.mode = mode;
    this.textField = textField;
    this.maxDocumentBytes = maxDocumentBytes;
    for (String input : inputs) {
      find(input, hadoop);
    }
  }

  private void find(String input, Configuration hadoop) {
    try {
      Path path = new Path(input);
      FileSystem files = path.getFileSystem(hadoop);
      FileStatus[] found = files.globStatus(path);
      if (found == null || found.length == 0) {
        throw PalimpsestException.input(
            "The input " + input + " does not exist: give a file, a folder or a glob of them.");
      }
      for (FileStatus status : found) {
        paths.add(status.getPath());
        bytes += files.getContentSummary(status.getPath()).getLength();
        name(status.isDirectory() ? status.getPath() : status.getPath().getParent());
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The input " + input + " cannot be read: " + e.getMessage() + ".",
          e);
    }
  }

  /**
   * A file is called by its path from the folder that was given on, so that the same texts have the
   * same ids wherever they lie.
   */
  private void name(Path folder) {
    if (names.containsKey(folder.toString())) {
      return;
    }
    String wanted = folder.getName();
    String name = wanted;
    for (int i = 2; names.containsValue(name); i++) {
      name = wanted + "~" + i;
    }
    names.put(folder.toString(), name);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public JavaRDD<Reading> read(JavaSparkContext spark) {
    try {
      Job job = Job.getInstance(spark.hadoopConfiguration());
      FileInputFormat.setInputDirRecursive(job, true);
      for (Path path : paths) {
        FileInputFormat.addInputPath(job, path);
      }
      job.getConfiguration()
          .setIfUnset(FileInputFormat.SPLIT_MAXSIZE, Long.toString(splitBytes(spark)));
      FileReadings.configure(job.getConfiguration(), mode, textField, maxDocumentBytes, names);
      return spark
          .newAPIHadoopRDD(job.getConfiguration(), FileReadings.class, Void.class, Reading.class)
          .values();
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT, "The input cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /** Two tasks a core, if they are worth it. */
  private long splitBytes(JavaSparkContext spark) {
    long perTask = bytes / (2L * Math.max(1, spark.defaultParallelism()));
    return Math.max(SMALLEST_SPLIT, Math.min(LARGEST_SPLIT, perTask));
  }
}
