package org.palimpsest.cli;

import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "prepare",
    description = "Makes a corpus of text: tokenizer, held-out documents, blocks, manifest.",
    footer = {
      "",
      "A corpus that is there already and was made of the same text with the same settings stays."
    })
final class PrepareCommand extends RecipeCommand {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = "Text to prepare, instead of corpus.input. May be repeated.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = "--documents",
      paramLabel = "KIND",
      description = "What a document of a text file is: file, line or paragraphs.")
  private String documents;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      description = "The field or column that holds the text.")
  private String textField;

  @Option(
      names = "--id-field",
      paramLabel = "NAME",
      description = "The field or column that identifies a record.")
  private String idField;

  @Option(
      names = "--max-rejected",
      paramLabel = "SHARE",
      description = "The share of records that may be rejected, from 0 to 1.")
  private String maxRejected;

  @Option(names = "--fresh", description = "Prepares anew, whatever is there.")
  private boolean fresh;

  @Option(
      names = "--add",
      description = "Adds the text to the corpus that is there, which keeps its blocks and ids.")
  private boolean add;

  @Option(names = "--json", description = "Prints the corpus' facts as JSON.")
  private boolean json;

  PrepareCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    List<String> assignments = new ArrayList<>();
    if (!inputs.isEmpty()) {
      assignments.add("corpus.input = " + quoted(inputs));
    }
    assign(assignments, "corpus.documents", documents);
    assign(assignments, "corpus.text-field", textField);
    assign(assignments, "corpus.id-field", idField);
    assign(assignments, "corpus.max-rejected", maxRejected);
    return recipe.with(assignments);
  }

  private static void assign(List<String> assignments, String key, String value) {
    if (value != null) {
      assignments.add(key + " = " + ConfigUtil.quoteString(value));
    }
  }

  /** HOCON for one text or a list of them. */
  static String quoted(List<String> values) {
    if (values.size() == 1) {
      return ConfigUtil.quoteString(values.get(0));
    }
    return values.stream().map(ConfigUtil::quoteString).collect(Collectors.joining(", ", "[", "]"));
  }

  @Override
  int run(Recipe recipe) {
    Corpus corpus = prepare(CorpusSettings.from(recipe.config()));
    if (json) {
      console().print(Json.line(facts(corpus)));
    } else {
      show(corpus, console());
    }
    return 0;
  }

  private Corpus prepare(CorpusSettings settings) {
    if (fresh && add) {
      throw PalimpsestException.configuration(
          "--fresh starts over and --add keeps what is there: give one of them.");
    }
    SparkSession spark = Surroundings.spark();
    return StageWatcher.watch(
        spark,
        console(),
        () -> {
          if (add) {
            return Preparation.add(spark, settings);
          }
          return fresh ? Preparation.fresh(spark, settings) : Preparation.run(spark, settings);
        });
  }

  /** Prints what a corpus is made of. */
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

  /** What a corpus is made of, in the order in which it is told. */
  static Map<String, Object> facts(Corpus corpus) {
    Manifest manifest = corpus.manifest();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("corpus", corpus.path().toString());
    facts.put("vocabulary", manifest.vocabularySize());
    facts.put("block size", manifest.blockSize());
    addPart(facts, "training", manifest.training());
    addPart(facts, "held-out", manifest.validation());
    manifest.cleaned().forEach((step, count) -> facts.put("cleaned: " + step, count));
    facts.put("rejected records", manifest.rejected().values().stream().mapToLong(n -> n).sum());
    return facts;
  }

  private static void addPart(Map<String, Object> facts, String name, Manifest.SplitEntry part) {
    facts.put(name + " documents", part.documents());
    facts.put(name + " sentences", part.sentences());
    facts.put(name + " tokens", part.tokens());
    facts.put(name + " blocks", part.blocks());
  }
}
