package org.palimpsest.corpus.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Services;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;

/** Combines several sources. */
public record TextSources(List<TextSource> sources) implements TextSource {
  public TextSources {
    sources = List.copyOf(sources);
  }

  /**
   * Opens the sources of the inputs: WordNet, files, and what a {@link TextSourceFactory} opens.
   *
   * @throws PalimpsestException of kind INPUT if one does not exist or cannot be reached; of kind
   *     CONFIGURATION if a table lacks a column that the rules name
   */
  public static TextSources of(List<Input> inputs, ReadingRules rules, SparkSession session) {
    List<TextSource> sources = new ArrayList<>();
    List<Input> files = new ArrayList<>();
    List<TextSourceFactory> factories = factories();
    for (Input input : inputs) {
      Optional<TextSourceFactory> factory =
          factories.stream().filter(f -> input.path().startsWith(f.prefix() + ":")).findFirst();
      if (input.path().equals(WordNetSource.NAME)) {
        sources.add(new WeightedSource(new WordNetSource(), input));
      } else if (input.path().equals(WordNetSiblings.NAME)) {
        sources.add(new WeightedSource(new WordNetSiblings(), input));
      } else if (factory.isPresent()) {
        String name = input.path().substring(factory.get().prefix().length() + 1);
        TextSource source = factory.get().open(name, rules, session);
        sources.add(new WeightedSource(source, input));
      } else {
        files.add(input);
      }
    }
    if (!files.isEmpty()) {
      // All files are one source, because their names must differ.
      sources.add(new FileSource(files, rules, session.sparkContext().hadoopConfiguration()));
    }
    return new TextSources(sources);
  }

  private static List<TextSourceFactory> factories() {
    List<TextSourceFactory> factories = new ArrayList<>(Services.all(TextSourceFactory.class));
    factories.add(new TableSource.Factory());
    return factories;
  }

  @Override
  public JavaRDD<Reading> read(SparkSession session) {
    return sources.stream()
        .map(source -> source.read(session))
        .reduce(JavaRDD::union)
        .orElseThrow(
            () ->
                PalimpsestException.configuration(
                    "corpus.input is empty: name the text to prepare."));
  }

  @Override
  public long bytes() {
    return sources.stream().mapToLong(TextSource::bytes).sum();
  }
}
