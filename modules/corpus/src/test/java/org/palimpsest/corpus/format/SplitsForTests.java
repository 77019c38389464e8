package org.palimpsest.corpus.format;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;

/** Reads files like Hadoop, without Spark. */
final class SplitsForTests {
  private SplitsForTests() {}

  /** Reads a file in splits that end at the given offsets and at its end. */
  static List<Reading> read(
      java.nio.file.Path file, String folderName, ReadingRules rules, long... ends)
      throws Exception {
    Configuration hadoop = new Configuration();
    rules.storeIn(hadoop);
    InputPaths given = InputPaths.none();
    given.names().put(new Path(file.toUri()).getParent().toString(), folderName);
    given.storeIn(hadoop);
    List<Reading> readings = new ArrayList<>();
    long start = 0;
    long[] all = Arrays.copyOf(ends, ends.length + 1);
    all[ends.length] = Files.size(file);
    Arrays.sort(all);
    for (long end : all) {
      TaskAttemptContext context = new TaskAttemptContextImpl(hadoop, new TaskAttemptID());
      FileSplit split = new FileSplit(new Path(file.toUri()), start, end - start, new String[0]);
      try (RecordReader<Void, Reading> reader =
          new FileReadings().createRecordReader(split, context)) {
        reader.initialize(split, context);
        while (end > start && reader.nextKeyValue()) {
          readings.add(reader.getCurrentValue());
        }
      }
      start = end;
    }
    return readings;
  }
}
