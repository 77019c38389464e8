package org.palimpsest.corpus.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;

/**
 * Hadoop's view of the text files: what stands in them, without keys. How a file is split changes
 * nothing about what is read.
 */
public final class FileReadings extends FileInputFormat<Void, Reading> {
  private static final String MODE = "palimpsest.corpus.documents";
  private static final String TEXT_FIELD = "palimpsest.corpus.text-field";
  private static final String MAX_BYTES = "palimpsest.corpus.max-document-bytes";
  private static final String FOLDER = "palimpsest.corpus.folder.";
  private static final Pattern JSON_LINES = Pattern.compile(".*\\.(jsonl|ndjson|json)(\\.\\w+)?");

  /** Leaves for the tasks what they need to know. */
  static void configure(
      Configuration hadoop,
      DocumentMode mode,
      String textField,
      long maxDocumentBytes,
      Map<String, String> folderNames) {
    hadoop.setEnum(MODE, mode);
    hadoop.set(TEXT_FIELD, textField);
    hadoop.setLong(MAX_BYTES, maxDocumentBytes);
    folderNames.forEach((folder, name) -> hadoop.set(FOLDER + name, folder));
  }

  /**
   * A compressed file is read whole: offsets into the compressed stream would depend on the split.
   */
  @Override
  protected boolean isSplitable(JobContext context, Path file) {
    Configuration hadoop = context.getConfiguration();
    return new CompressionCodecFactory(hadoop).getCodec(file) == null
        && (isJson(file) || hadoop.getEnum(MODE, DocumentMode.PARAGRAPHS) != DocumentMode.FILE);
  }

  private static boolean isJson(Path file) {
    return JSON_LINES.matcher(file.getName().toLowerCase(Locale.ROOT)).matches();
  }

  @Override
  public RecordReader<Void, Reading> createRecordReader(
      InputSplit split, TaskAttemptContext context) {
    return new Reader();
  }

  private static final class Reader extends RecordReader<Void, Reading> {
    private InputStream in;
    private FileSplit split;
    private Readings readings;
    private Reading current;

    @Override
    public void initialize(InputSplit inputSplit, TaskAttemptContext context) throws IOException {
      split = (FileSplit) inputSplit;
      Configuration hadoop = context.getConfiguration();
      Path file = split.getPath();
      FSDataInputStream raw = file.getFileSystem(hadoop).open(file);
      CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
      raw.seek(split.getStart());
      in = codec == null ? raw : new DecompressedStream(raw, codec);
      long end = codec == null ? split.getStart() + split.getLength() : Long.MAX_VALUE;
      int limit = (int) hadoop.getLong(MAX_BYTES, 1 << 26);
      LineStream lines = new LineStream(in, split.getStart(), limit);
      RecordText text = new RecordText(hadoop.get(TEXT_FIELD));
      String source = name(file, hadoop);
      Readings whole =
          isJson(file)
              ? new LineReadings(source, lines, split.getStart(), end, text::json, text::tooLong)
              : switch (hadoop.getEnum(MODE, DocumentMode.PARAGRAPHS)) {
                case FILE -> new FileReading(source, in, limit, text);
                case LINE ->
                    new LineReadings(
                        source, lines, split.getStart(), end, text::plain, text::tooLong);
                case PARAGRAPHS ->
                    new ParagraphReadings(source, lines, split.getStart(), end, limit, text);
              };
      readings = codec == null ? whole : new CompressedReadings(source, whole);
    }

    /** The path from the innermost given folder on, with that folder's name in front. */
    private static String name(Path file, Configuration hadoop) {
      String path = file.toString();
      String name = path;
      int longest = -1;
      for (Map.Entry<String, String> entry : hadoop.getPropsWithPrefix(FOLDER).entrySet()) {
        String folder = entry.getValue();
        if (folder.length() > longest && path.startsWith(folder + "/")) {
          longest = folder.length();
          name = entry.getKey() + path.substring(longest);
        }
      }
      return name;
    }

    @Override
    public boolean nextKeyValue() throws IOException {
      current = readings.next();
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
      if (in != null) {
        in.close();
      }
    }
  }
}
