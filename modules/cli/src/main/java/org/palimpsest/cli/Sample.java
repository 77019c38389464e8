package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.Arrays;
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
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.training.config.Recipe;

/**
 * Some blocks to show or to count.
 *
 * @param tokenizer of the blocks
 * @param blockTokens the longest one, or what the corpus allows
 * @param blocks undamaged
 */
record Sample(Tokenizer tokenizer, int blockTokens, List<TokenBlock> blocks) {
  private static final int LEAST_READABLE = 10;
  private static final int MOST_READABLE = 40;

  /** The first blocks that a training with this seed reads. */
  static Sample ofTraining(Corpus corpus, long seed, int count) {
    CorpusSplit part = corpus.training();
    int wanted = (int) Math.min(count, part.blocks());
    List<TokenBlock> blocks = new ArrayList<>();
    try (BlockReader reader = part.reader(seed, new WorkerSlice(0, 1, 0, 1))) {
      while (blocks.size() < wanted) {
        blocks.add(reader.next().block());
      }
    }
    return new Sample(corpus.tokenizer(), corpus.blockSize(), blocks);
  }

  /** Held-out documents of a length that a reader takes in, from all over the held-out part. */
  static Sample ofHeldOut(Corpus corpus, int count) {
    CorpusSplit part = corpus.validation();
    List<TokenBlock> documents = new ArrayList<>();
    for (int share = 0; share < Math.min(count, part.blocks()); share++) {
      try (BlockReader reader = part.asStored(share, count)) {
        documents.add(readable(reader));
      }
    }
    return new Sample(corpus.tokenizer(), corpus.blockSize(), documents);
  }

  /** The first whole document of that length, or else the first block as it is. */
  private static TokenBlock readable(BlockReader reader) {
    TokenBlock first = reader.next().block();
    TokenBlock block = first;
    while (true) {
      for (int d = 0; d + 1 < block.documentStarts().length; d++) {
        int length = block.documentStarts()[d + 1] - block.documentStarts()[d] - 1;
        if (length >= LEAST_READABLE && length <= MOST_READABLE) {
          return document(block, d);
        }
      }
      if (!reader.hasNext()) {
        return first;
      }
      block = reader.next().block();
    }
  }

  /** Document {@code d} of a block, without the separator that closes it. */
  private static TokenBlock document(TokenBlock block, int d) {
    int from = block.documentStarts()[d];
    int to = block.documentStarts()[d + 1] - 1;
    int[] sentences =
        Arrays.stream(block.sentenceStarts())
            .filter(start -> start >= from && start < to)
            .map(start -> start - from)
            .toArray();
    int[] tokens = Arrays.copyOfRange(block.tokens(), from, to);
    return new TokenBlock(block.id(), tokens, sentences, new int[] {0});
  }

  /** A text as one block, whatever its length. */
  static Sample ofText(String text, Tokenizer tokenizer) {
    TokenBlock block = new TextEncoder(tokenizer).block(0, text.strip().replaceAll("\\s+", " "));
    if (block.length() == 0) {
      throw PalimpsestException.input("There is no text in --input: give one that is not empty.");
    }
    return new Sample(tokenizer, block.length(), List.of(block));
  }

  /** The first blocks of text files, read, cleaned and cut as {@code prepare} would. */
  static Sample ofFiles(Recipe recipe, String input, Tokenizer tokenizer, int count) {
    CorpusSettings settings = CorpusSettings.from(recipe.config());
    Iterator<TokenBlock> text =
        new TextBlocks(Surroundings.read(input, settings), tokenizer, settings);
    List<TokenBlock> blocks = new ArrayList<>();
    while (blocks.size() < count && text.hasNext()) {
      blocks.add(text.next());
    }
    if (blocks.isEmpty()) {
      throw PalimpsestException.input("There is no text in --input " + input + ".");
    }
    return new Sample(tokenizer, settings.blockSize(), blocks);
  }

  /** The blocks as an objective damages them. */
  List<DenoisingExample> damaged(Objective objective, long seed, long epoch) {
    List<DenoisingExample> examples = new ArrayList<>();
    damage(objective, seed, epoch, example -> examples.add(example.copy()));
    return examples;
  }

  /** Damages the blocks one after the other in one buffer. */
  void damage(Objective objective, long seed, long epoch, Consumer<DenoisingExample> taker) {
    Corruptor corruptor = objective.corruptor(tokenizer.vocabulary(), blockTokens);
    DenoisingExample buffer = new DenoisingExample(blockTokens + 2);
    for (TokenBlock block : blocks) {
      corruptor.damage(block, seed, epoch, buffer);
      taker.accept(buffer);
    }
  }
}
