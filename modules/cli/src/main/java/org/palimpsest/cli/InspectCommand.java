package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.cli.display.CorpusPage;
import org.palimpsest.corpus.overlap.Contamination;
import org.palimpsest.corpus.overlap.HeldOutOverlap;
import org.palimpsest.corpus.prepare.CorpusCheck;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = "Shows the content of a prepared corpus, and some of its blocks as text.")
final class InspectCommand extends RecipeCommand {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The corpus, on any file system. Default: the recipe's.")
  private String folder;

  @Option(
      names = "--verify",
      description =
          "Reads every file and compares checksums and counts with the manifest; exit code 3 if"
              + " they differ.")
  private boolean verify;

  @Option(
      names = "--contamination",
      description =
          "Counts held-out documents that the training text has, too, and the reverse, by their"
              + " runs of 13 tokens.")
  private boolean contamination;

  @Option(
      names = "--blocks",
      paramLabel = "N",
      description = "Number of blocks to show. Default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int blocks;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Selects the blocks. Default: different ones each time.")
  private Long seed;

  @Option(names = "--json", description = "Prints manifest and blocks as a JSON object.")
  private boolean json;

  InspectCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    return folder == null ? recipe : recipe.with(Hocon.assign("corpus.path", folder));
  }

  @Override
  int run(Recipe recipe) {
    if (blocks < 0) {
      throw PalimpsestException.configuration(
          "--blocks must be at least 0, but is " + blocks + ".");
    }
    Corpus corpus = CliEnvironment.corpus(recipe);
    if (verify) {
      SparkSession spark = CliEnvironment.spark();
      StageWatcher.watch(spark, console(), () -> CorpusCheck.run(spark, corpus));
    }
    Contamination overlap = contamination ? overlap(corpus) : null;
    if (json) {
      Map<String, Object> facts = facts(corpus);
      if (overlap != null) {
        facts.put("contamination", overlap);
      }
      console().print(Json.value(facts));
    } else {
      CorpusPage page = new CorpusPage(corpus, console().style(), console().columns());
      page.facts().forEach(console()::print);
      selected(corpus).forEach(block -> page.block(block).forEach(console()::print));
      if (overlap != null) {
        CorpusPage.contamination(overlap).forEach(console()::print);
      }
      if (verify) {
        console().print("Every file and every count matches the manifest.");
      }
    }
    return 0;
  }

  private Contamination overlap(Corpus corpus) {
    SparkSession spark = CliEnvironment.spark();
    return StageWatcher.watch(
        spark, console(), () -> HeldOutOverlap.of(spark, corpus, HeldOutOverlap.NGRAM));
  }

  private List<TokenBlock> selected(Corpus corpus) {
    List<TokenBlock> selected = new ArrayList<>();
    long key = seed == null ? System.nanoTime() : seed;
    long size = Math.min(blocks, corpus.training().blocks());
    try (BlockReader reader = corpus.training().reader(key, new WorkerSlice(0, 1, 0, 1))) {
      while (selected.size() < size) {
        selected.add(reader.next().block());
      }
    }
    return selected;
  }

  private Map<String, Object> facts(Corpus corpus) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("corpus", Secrets.redacted(corpus.path().toString()));
    facts.put("verified", verify);
    facts.put("manifest", corpus.manifest());
    List<Map<String, Object>> shown = new ArrayList<>();
    for (TokenBlock block : selected(corpus)) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("id", block.id());
      entry.put("tokens", block.length());
      entry.put("sentenceStarts", block.sentenceStarts());
      entry.put("documentStarts", block.documentStarts());
      entry.put("text", corpus.tokenizer().show(block.tokens()));
      shown.add(entry);
    }
    facts.put("blocks", shown);
    return facts;
  }
}
