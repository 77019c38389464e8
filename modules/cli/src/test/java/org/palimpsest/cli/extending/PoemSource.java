package org.palimpsest.cli.extending;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.source.TextSource;
import org.palimpsest.corpus.source.TextSourceFactory;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;

/**
 * A source of text: documents made in memory. A document's id is a hash of its source and its key,
 * so both must be the same on every read, and keys must be unique within a source.
 */
public record PoemSource(String poet, int poems) implements TextSource {

  /** Makes {@code corpus.input = "poems:NAME"} known to recipes. */
  public static final class Factory implements TextSourceFactory {
    @Override
    public String prefix() {
      return "poems";
    }

    @Override
    public TextSource open(String name, ReadingRules rules, SparkSession session) {
      return new PoemSource(name, 40);
    }
  }

  @Override
  public JavaRDD<Reading> read(SparkSession session) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    List<Integer> numbers = java.util.stream.IntStream.range(0, poems).boxed().toList();
    String source = "poems:" + poet; // The function that travels holds this text, not the source.
    return spark.parallelize(numbers).map(n -> new Document(source, "" + n, text(n)));
  }

  private static String text(int number) {
    return "Poem " + number + " has a line. It has another line, and " + number + " words.";
  }

  @Override
  public long bytes() {
    return (long) poems * text(0).getBytes(StandardCharsets.UTF_8).length;
  }
}
