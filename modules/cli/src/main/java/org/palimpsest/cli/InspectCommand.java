package org.palimpsest.cli;

import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.cli.display.CorpusPage;
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
    description = "Shows what a prepared corpus is made of, and some of its blocks as text.")
final class InspectCommand extends RecipeCommand {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The corpus, on any file system. Default: the recipe's.")
  private String folder;

  @Option(
      names = "--verify",
      description = "Reads every file and compares checksums and counts with the manifest.")
  private boolean verify;

  @Option(
      names = "--blocks",
      paramLabel = "N",
      description = "How many blocks to show. Default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int blocks;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Chooses the blocks. Default: others each time.")
  private Long seed;

  @Option(names = "--json", description = "Prints manifest and blocks as a JSON object.")
  private boolean json;

  InspectCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    return folder == null ? recipe : recipe.with("corpus.path = " + ConfigUtil.quoteString(folder));
  }

  @Override
  int run(Recipe recipe) {
    if (blocks < 0) {
      throw PalimpsestException.configuration(
          "--blocks cannot be negative, but is " + blocks + ".");
    }
    Corpus corpus = Surroundings.corpus(recipe);
    if (verify) {
      SparkSession spark = Surroundings.spark();
      StageWatcher.watch(spark, console(), () -> CorpusCheck.run(spark, corpus));
    }
    if (json) {
      console().print(Json.value(facts(corpus)));
    } else {
      CorpusPage page = new CorpusPage(corpus, console().ink(), console().columns());
      page.facts().forEach(console()::print);
      chosen(corpus).forEach(block -> page.block(block).forEach(console()::print));
      if (verify) {
        console().print("Every file and every count is as the manifest says.");
      }
    }
    return 0;
  }

  private List<TokenBlock> chosen(Corpus corpus) {
    List<TokenBlock> chosen = new ArrayList<>();
    long key = seed == null ? System.nanoTime() : seed;
    long wanted = Math.min(blocks, corpus.training().blocks());
    try (BlockReader reader = corpus.training().reader(key, new WorkerSlice(0, 1, 0, 1))) {
      while (chosen.size() < wanted) {
        chosen.add(reader.next().block());
      }
    }
    return chosen;
  }

  private Map<String, Object> facts(Corpus corpus) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("corpus", corpus.path().toString());
    facts.put("verified", verify);
    facts.put("manifest", corpus.manifest());
    List<Map<String, Object>> shown = new ArrayList<>();
    for (TokenBlock block : chosen(corpus)) {
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
