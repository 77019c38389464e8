package org.palimpsest.corpus.format;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.storage.Reason;

/**
 * Hadoop's record reader of one split: opens its content and assigns each document its weight and
 * its language.
 */
final class SplitReader extends RecordReader<Void, Reading> {
  private Path file;
  private double weight;
  private String language;
  private SplitReadings split;
  private Readings readings;
  private Reading current;

  @Override
  public void initialize(InputSplit inputSplit, TaskAttemptContext context) {
    Configuration hadoop = context.getConfiguration();
    InputPaths paths = InputPaths.of(hadoop);
    FileSplit range = (FileSplit) inputSplit;
    file = range.getPath();
    weight = paths.weightOf(file);
    language = paths.languageOf(file);
    split =
        new SplitReadings(
            file,
            paths.nameOf(file),
            range.getStart(),
            range.getStart() + range.getLength(),
            ReadingRules.of(hadoop),
            hadoop);
  }

  @Override
  public boolean nextKeyValue() {
    try {
      if (readings == null) {
        readings = split.open();
      }
      current = readings.next();
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The file %s cannot be read: %s.".formatted(file, Reason.of(e)),
          e);
    }
    if (current instanceof Document document && (weight != 1 || !language.isEmpty())) {
      current = document.withWeight(weight).in(language);
    }
    return current != null;
  }

  @Override
  public Void getCurrentKey() {
    return null;
  }

  @Override
  public Reading getCurrentValue() {
    return current;
  }

  @Override
  public float getProgress() {
    return 0;
  }

  @Override
  public void close() throws IOException {
    if (split != null) {
      split.close();
    }
  }
}
