package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Purge;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Generation;
import org.palimpsest.corpus.read.Removal;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "purge",
    description = "Deletes text for good that prepare --remove-source has withdrawn.",
    footer = {
      "",
      "Runs that read the text before it was withdrawn cannot go on; stop runs that read the corpus"
          + " now."
    })
final class PurgeCommand extends RecipeCommand {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The corpus, on any file system. Default: the recipe's.")
  private String folder;

  @Option(names = "--json", description = "Prints the counts as JSON.")
  private boolean json;

  PurgeCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    return folder == null ? recipe : recipe.with(Hocon.assign("corpus.path", folder));
  }

  @Override
  int run(Recipe recipe) {
    SparkSession spark = CliEnvironment.spark();
    CorpusSettings settings = CorpusSettings.from(recipe.config());
    Corpus corpus = StageWatcher.watch(spark, console(), () -> Purge.run(spark, settings));
    long blocks = withdrawn(corpus);
    String place = Secrets.redacted(corpus.path().toString());
    if (json) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("corpus", place);
      facts.put("withdrawn blocks", blocks);
      console().print(Json.line(facts));
    } else {
      console().print(sentence(place, blocks));
    }
    return 0;
  }

  private static String sentence(String place, long blocks) {
    return blocks == 0
        ? "No text was withdrawn from the corpus " + place + "."
        : String.format(
            Locale.ROOT, "The content of %,d blocks of the corpus %s is deleted.", blocks, place);
  }

  /** Returns the number of blocks that were removed from a corpus. */
  static long withdrawn(Corpus corpus) {
    return corpus.manifest().generations().stream()
        .map(Generation::removed)
        .flatMap(removal -> removal.stream())
        .mapToLong(Removal::blocks)
        .sum();
  }
}
