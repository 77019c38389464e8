package org.palimpsest.corpus.source;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;

/** Several sources as one. */
public record TextSources(List<TextSource> sources) implements TextSource {
  public TextSources {
    sources = List.copyOf(sources);
  }

  /**
   * Looks up what the inputs name: WordNet, tables, files.
   *
   * @throws PalimpsestException of kind INPUT if one does not exist or cannot be reached; of kind
   *     CONFIGURATION if a table has not the columns that the rules name
   */
  public static TextSources of(List<Input> inputs, ReadingRules rules, SparkSession session) {
    List<TextSource> sources = new ArrayList<>();
    List<Input> files = new ArrayList<>();
    for (Input input : inputs) {
      if (input.path().equals(WordNetSource.NAME)) {
        sources.add(new WeightedSource(new WordNetSource(), input.weight()));
      } else if (input.path().startsWith(TableSource.PREFIX)) {
        String table = input.path().substring(TableSource.PREFIX.length());
        sources.add(new WeightedSource(new TableSource(table, rules, session), input.weight()));
      } else {
        files.add(input);
      }
    }
    if (!files.isEmpty()) {
      // All in one, for their names must differ.
      sources.add(new FileSource(files, rules, session.sparkContext().hadoopConfiguration()));
    }
    return new TextSources(sources);
  }

  @Override
  public JavaRDD<Reading> read(SparkSession session) {
    return sources.stream()
        .map(source -> source.read(session))
        .reduce(JavaRDD::union)
        .orElseThrow(() -> PalimpsestException.configuration("corpus.input names no text."));
  }

  @Override
  public long bytes() {
    return sources.stream().mapToLong(TextSource::bytes).sum();
  }
}
