package org.palimpsest.cli;

import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.cli.invocation.Invocation;
import org.palimpsest.cli.night.NewInputs;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Generation;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.tasks.denoising.Pretraining;
import org.palimpsest.training.config.Recipe;

/** The first step of a night: the corpus gets the text that it has not yet. */
final class NightPreparation {
  private final Recipe recipe;
  private final Console console;
  private final Invocation invocation;
  private final Configuration hadoop = CliEnvironment.hadoop();
  private String summary = "";

  NightPreparation(Recipe recipe, Console console, Invocation invocation) {
    this.recipe = recipe;
    this.console = console;
    this.invocation = invocation;
  }

  /** Prepares what is new, and returns the corpus. */
  Corpus run() {
    CorpusSettings settings = CorpusSettings.from(recipe.config());
    Path path = new Path(settings.path());
    boolean exists = new StoredFolder(path, hadoop).hasManifest();
    NewInputs found = NewInputs.find(settings.inputs(), exists ? recorded(path) : Set.of(), hadoop);
    found.warnings().forEach(this::warn);
    if (found.inputs().isEmpty() && exists) {
      summary = "Skipped: there is no new text.";
      console.print(summary);
      return Corpus.open(path, hadoop);
    }
    // Without any input, the preparation says what is missing.
    Recipe tonight = found.inputs().isEmpty() ? recipe : recipe.with(found.assignment());
    return prepared(tonight, exists, found.inputs().size());
  }

  private Corpus prepared(Recipe tonight, boolean exists, int inputs) {
    CorpusSettings settings =
        exists
            ? Pretraining.additionSettings(tonight, hadoop)
            : Pretraining.corpusSettings(tonight, hadoop);
    SparkSession spark = CliEnvironment.spark();
    long before = exists ? blocks(Corpus.open(new Path(settings.path()), hadoop)) : 0;
    Corpus corpus =
        StageWatcher.watch(
            spark,
            console,
            () -> exists ? Preparation.add(spark, settings) : Preparation.run(spark, settings));
    summary =
        "%d new %s, %d blocks more."
            .formatted(inputs, inputs == 1 ? "input" : "inputs", blocks(corpus) - before);
    PrepareCommand.show(corpus, console);
    console.print(summary);
    return corpus;
  }

  /** What this step did, in a sentence. */
  String summary() {
    return summary;
  }

  private void warn(String sentence) {
    console.warn(sentence);
    invocation.warning(sentence);
  }

  private static long blocks(Corpus corpus) {
    return corpus.manifest().training().blocks() + corpus.manifest().validation().blocks();
  }

  private Set<String> recorded(Path path) {
    Set<String> paths = new TreeSet<>();
    for (Generation generation : Corpus.open(path, hadoop).manifest().generations()) {
      paths.addAll(generation.inputPaths());
    }
    return paths;
  }
}
