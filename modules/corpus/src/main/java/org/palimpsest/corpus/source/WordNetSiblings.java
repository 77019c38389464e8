package org.palimpsest.corpus.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;

/**
 * The glosses of WordNet 3.1 as longer documents: the nouns, or the verbs, that have the same
 * hypernym follow each other, such as all kinds of horses. So a document has one subject beyond its
 * sentences, which single glosses do not have. A synset with several hypernyms belongs to the
 * first; one without siblings is left out, so no gloss occurs twice.
 */
final class WordNetSiblings implements TextSource {
  /** Name of this source in {@code corpus.input}. */
  public static final String NAME = "wordnet-siblings";

  /** Nouns and verbs have hypernyms. */
  private static final List<String> FILES = List.of("data.noun", "data.verb");

  private static final String HYPERNYM = "@";

  @Override
  public long bytes() {
    return new WordNetSource().bytes();
  }

  @Override
  public JavaRDD<Reading> read(SparkSession session) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    int stripes = Math.max(1, spark.defaultParallelism());
    List<Integer> tasks = IntStream.range(0, FILES.size() * stripes).boxed().toList();
    return spark
        .parallelize(tasks, tasks.size())
        .flatMap(task -> read(FILES.get(task / stripes), task % stripes, stripes).iterator());
  }

  /** The documents of every n-th hypernym. The files are a few megabytes. */
  private static List<Reading> read(String file, int stripe, int stripes) {
    Map<String, List<String>> siblings = new TreeMap<>();
    WordNetSource.forEachLine(
        file,
        line -> {
          String hypernym = hypernym(line);
          String text = Gloss.text(line.substring(line.indexOf('|') + 1));
          if (!hypernym.isEmpty()
              && !text.isEmpty()
              && Integer.parseInt(hypernym) % stripes == stripe) {
            siblings.computeIfAbsent(hypernym, k -> new ArrayList<>()).add(text);
          }
        });
    List<Reading> documents = new ArrayList<>();
    siblings.forEach(
        (hypernym, texts) -> {
          if (texts.size() > 1) {
            documents.add(new Document(NAME + "/" + file, hypernym, String.join(" ", texts)));
          }
        });
    return documents;
  }

  /**
   * The first hypernym of a line of a data file, which is {@code offset file type count(hex) word
   * id … pointers symbol offset type numbers …}; empty if it has none.
   */
  static String hypernym(String line) {
    String[] fields = line.substring(0, line.indexOf('|')).split(" ", -1);
    int words = Integer.parseInt(fields[3], 16);
    int pointers = 4 + 2 * words;
    int count = Integer.parseInt(fields[pointers]);
    for (int k = 0; k < count; k++) {
      if (fields[pointers + 1 + 4 * k].equals(HYPERNYM)) {
        return fields[pointers + 2 + 4 * k];
      }
    }
    return "";
  }
}
