package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.prepare.Withdrawal;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.tasks.denoising.Pretraining;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "prepare",
    description = "Prepares a corpus from text: tokenizer, held-out documents, blocks, manifest.",
    footer = {"", "An existing corpus of the same text and settings is reused."})
final class PrepareCommand extends RecipeCommand {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = "Text to prepare, instead of corpus.input. May be repeated.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = "--documents",
      paramLabel = "KIND",
      description = "What a document of a text file is: file, line, or paragraphs.")
  private String documents;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      description = "Field or column that contains the text.")
  private String textField;

  @Option(
      names = "--id-field",
      paramLabel = "NAME",
      description = "Field or column that identifies a record.")
  private String idField;

  @Option(
      names = "--max-rejected",
      paramLabel = "SHARE",
      description = "Largest share of rejected records, 0 to 1.")
  private String maxRejected;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "The model whose tokenizer is used, as in pretrain. Sets model.from.")
  private String from;

  @Option(names = "--fresh", description = "Prepares again, replacing an existing corpus.")
  private boolean fresh;

  @Option(
      names = "--add",
      description = "Appends the text to the existing corpus, which keeps its blocks and ids.")
  private boolean add;

  @Option(
      names = "--remove-source",
      paramLabel = "NAME",
      description =
          "Withdraws the text of an input or a source from the existing corpus: later runs pass"
              + " over every block with a token of it. May be repeated.")
  private List<String> removed = new ArrayList<>();

  @Option(names = "--json", description = "Prints the counts as JSON.")
  private boolean json;

  PrepareCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    List<String> assignments = new ArrayList<>();
    if (!inputs.isEmpty()) {
      assignments.add(Hocon.assign("corpus.input", inputs));
    }
    assign(assignments, "corpus.documents", documents);
    assign(assignments, "corpus.text-field", textField);
    assign(assignments, "corpus.id-field", idField);
    assign(assignments, "corpus.max-rejected", maxRejected);
    assign(assignments, "model.from", from);
    return recipe.with(assignments);
  }

  private static void assign(List<String> assignments, String key, String value) {
    if (value != null) {
      assignments.add(Hocon.assign(key, value));
    }
  }

  @Override
  int run(Recipe recipe) {
    requireOneWay();
    int before = add ? CliEnvironment.corpus(recipe).generations() : 0;
    Corpus corpus = prepare(settings(recipe));
    if (!json && corpus.generations() == before) {
      console().print(nothingAdded(corpus));
    } else if (json) {
      console().print(Json.line(facts(corpus)));
    } else {
      show(corpus, console());
    }
    return 0;
  }

  private CorpusSettings settings(Recipe recipe) {
    if (!removed.isEmpty()) {
      return CorpusSettings.from(recipe.config());
    }
    return add
        ? Pretraining.additionSettings(recipe, CliEnvironment.hadoop())
        : Pretraining.corpusSettings(recipe, CliEnvironment.hadoop());
  }

  private static String nothingAdded(Corpus corpus) {
    return "Nothing to add: the corpus "
        + Secrets.redacted(corpus.path().toString())
        + " has all text of the input already.";
  }

  private void requireOneWay() {
    if (fresh && add) {
      throw PalimpsestException.configuration(
          "--fresh replaces the corpus and --add appends to it: give only one of them.");
    }
    if (!removed.isEmpty() && (fresh || add || !inputs.isEmpty())) {
      throw PalimpsestException.configuration(
          "--remove-source withdraws text from the existing corpus: give it without --fresh, --add"
              + " and --input.");
    }
  }

  private Corpus prepare(CorpusSettings settings) {
    SparkSession spark = CliEnvironment.spark();
    return StageWatcher.watch(
        spark,
        console(),
        () -> {
          if (!removed.isEmpty()) {
            return Withdrawal.run(spark, settings, removed);
          }
          if (add) {
            return Preparation.add(spark, settings);
          }
          return fresh ? Preparation.fresh(spark, settings) : Preparation.run(spark, settings);
        });
  }

  /** Prints the counts of a corpus. */
  static void show(Corpus corpus, Console console) {
    facts(corpus).forEach((name, value) -> console.print(line(name, value)));
  }

  private static String line(String name, Object value) {
    String shown =
        value instanceof Number number
            ? String.format(Locale.ROOT, "%,d", number.longValue())
            : value.toString();
    return String.format(Locale.ROOT, "%-22s %s", name, shown);
  }

  /** The counts of a corpus, in display order. */
  static Map<String, Object> facts(Corpus corpus) {
    Manifest manifest = corpus.manifest();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("corpus", Secrets.redacted(corpus.path().toString()));
    facts.put("vocabulary", manifest.vocabularySize());
    facts.put("block size", manifest.blockSize());
    addSplit(facts, "training", manifest.training());
    addSplit(facts, "held-out", manifest.validation());
    manifest.cleaned().forEach((step, count) -> facts.put("cleaned: " + step, count));
    long withdrawn = PurgeCommand.withdrawn(corpus);
    if (withdrawn > 0) {
      facts.put("withdrawn blocks", withdrawn);
    }
    facts.put("rejected records", manifest.rejected().values().stream().mapToLong(n -> n).sum());
    return facts;
  }

  private static void addSplit(Map<String, Object> facts, String name, Manifest.SplitEntry split) {
    facts.put(name + " documents", split.documents());
    facts.put(name + " sentences", split.sentences());
    facts.put(name + " tokens", split.tokens());
    facts.put(name + " blocks", split.blocks());
  }
}
