package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.examples.TextBlocks;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.corpus.tokenize.TextEncoder;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.evaluation.ReadableTexts;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.training.config.Recipe;

/**
 * Blocks to show or to count.
 *
 * @param tokenizer of the blocks
 * @param blockTokens length limit of a block, in tokens
 * @param blocks before corruption
 */
record Sample(Tokenizer tokenizer, int blockTokens, List<TokenBlock> blocks) {
  /** The first blocks that pre-training with this recipe reads. */
  static Sample ofTraining(Corpus corpus, Recipe recipe, int count) {
    CorpusSplit split = corpus.training();
    int size = (int) Math.min(count, split.blocks());
    List<TokenBlock> blocks = new ArrayList<>();
    int batch = (int) recipe.count("training", "batch-blocks");
    WorkerSlice slice = new WorkerSlice(0, batch, 0, 1);
    try (BlockReader reader = split.reader(corpus.order(recipe.config()), recipe.seed(), slice)) {
      while (blocks.size() < size) {
        blocks.add(reader.next().block());
      }
    }
    return new Sample(corpus.tokenizer(), corpus.blockSize(), blocks);
  }

  /** The first held-out documents of a readable length, or else the first blocks. */
  static Sample ofHeldOut(Corpus corpus, int count) {
    List<TokenBlock> documents = ReadableTexts.first(corpus.validation(), count);
    return new Sample(
        corpus.tokenizer(),
        corpus.blockSize(),
        documents.isEmpty() ? ReadableTexts.of(corpus.validation(), count) : documents);
  }

  /** A text as one block of any length. */
  static Sample ofText(String text, Tokenizer tokenizer) {
    TokenBlock block = new TextEncoder(tokenizer).block(0, text.strip().replaceAll("\\s+", " "));
    if (block.length() == 0) {
      throw PalimpsestException.input(
          "The text of --input is empty: give a text that is not blank.");
    }
    return new Sample(tokenizer, block.length(), List.of(block));
  }

  /** The first blocks of text files, read, cleaned, and cut as {@code prepare} does it. */
  static Sample ofFiles(Recipe recipe, String input, Tokenizer tokenizer, int count) {
    CorpusSettings settings = CorpusSettings.from(recipe.config());
    Iterator<TokenBlock> text =
        new TextBlocks(CliEnvironment.read(input, settings), tokenizer, settings);
    List<TokenBlock> blocks = new ArrayList<>();
    while (blocks.size() < count && text.hasNext()) {
      blocks.add(text.next());
    }
    if (blocks.isEmpty()) {
      throw PalimpsestException.input(
          "The files of --input " + input + " contain no text: name files that do.");
    }
    return new Sample(tokenizer, settings.blockSize(), blocks);
  }

  /** The examples that an objective makes of the blocks. */
  List<DenoisingExample> corrupted(Objective objective, long seed, long epoch) {
    List<DenoisingExample> examples = new ArrayList<>();
    corrupt(objective, seed, epoch, example -> examples.add(example.copy()));
    return examples;
  }

  /** Corrupts one block after another; all examples share one buffer. */
  void corrupt(Objective objective, long seed, long epoch, Consumer<DenoisingExample> consumer) {
    Corruptor corruptor = objective.corruptor(tokenizer, blockTokens);
    DenoisingExample buffer = new DenoisingExample(blockTokens + 2);
    for (TokenBlock block : blocks) {
      corruptor.corrupt(block, seed, epoch, buffer);
      consumer.accept(buffer);
    }
  }
}
