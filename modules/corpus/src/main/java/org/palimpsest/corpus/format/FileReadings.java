package org.palimpsest.corpus.format;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;

/**
 * Hadoop's input format of documents, without keys. Documents do not depend on how files are split.
 */
public final class FileReadings extends FileInputFormat<Void, Reading> {

  /**
   * Compressed files are not split: offsets into the compressed stream would depend on the split.
   */
  @Override
  protected boolean isSplitable(JobContext context, Path file) {
    Configuration hadoop = context.getConfiguration();
    return Compression.of(file, hadoop).isEmpty()
        && FileFormat.of(file).isSplitable(ReadingRules.of(hadoop).documents());
  }

  @Override
  public RecordReader<Void, Reading> createRecordReader(
      InputSplit split, TaskAttemptContext context) {
    return new SplitReader();
  }
}
