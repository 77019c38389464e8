package org.palimpsest.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.palimpsest.corpus.BlockReader;
import org.palimpsest.corpus.Corpus;
import org.palimpsest.corpus.Part;
import org.palimpsest.corpus.Slice;
import org.palimpsest.corpus.Tokenizer;
import org.palimpsest.corpus.text.Sentences;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.TokenBlock;

/**
 * A few blocks to show.
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
    Part part = corpus.training();
    int wanted = (int) Math.min(count, part.blocks());
    List<TokenBlock> blocks = new ArrayList<>();
    try (BlockReader reader = part.reader(seed, new Slice(0, 1, 0, 1))) {
      while (blocks.size() < wanted) {
        blocks.add(reader.next().block());
      }
    }
    return new Sample(corpus.tokenizer(), corpus.blockSize(), blocks);
  }

  /** Held-out documents of a length that a reader takes in, from all over the held-out part. */
  static Sample ofHeldOut(Corpus corpus, int count) {
    Part part = corpus.validation();
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

  /**
   * A text, or what stands in a file.
   *
   * @param input a file's path if there is such a file, otherwise the text itself
   */
  static Sample ofInput(String input, Tokenizer tokenizer, int count) {
    List<TokenBlock> blocks = new ArrayList<>();
    for (String paragraph : paragraphs(input)) {
      if (blocks.size() < count) {
        blocks.add(block(blocks.size(), paragraph, tokenizer));
      }
    }
    if (blocks.isEmpty()) {
      throw PalimpsestException.input("There is no text in --input " + input + ".");
    }
    int longest = blocks.stream().mapToInt(TokenBlock::length).max().orElseThrow();
    return new Sample(tokenizer, longest, blocks);
  }

  /** One document, with its sentences apart. */
  private static TokenBlock block(long id, String text, Tokenizer tokenizer) {
    Sentences sentences = new Sentences();
    int count = sentences.find(text);
    int[] starts = new int[count];
    IntStream.Builder tokens = IntStream.builder();
    int length = 0;
    for (int s = 0; s < count; s++) {
      starts[s] = length;
      int end = s + 1 < count ? sentences.start(s + 1) : text.length();
      int[] ids = tokenizer.encode(text.substring(sentences.start(s), end));
      Arrays.stream(ids).forEach(tokens::add);
      length += ids.length;
    }
    return new TokenBlock(id, tokens.build().toArray(), starts, new int[] {0});
  }

  /** The blocks as an objective damages them. */
  List<DenoisingExample> damaged(Objective objective, long seed, long epoch) {
    Corruptor corruptor = objective.corruptor(tokenizer.vocabulary(), blockTokens);
    return blocks.stream().map(block -> corruptor.damage(block, seed, epoch)).toList();
  }

  private static List<String> paragraphs(String input) {
    String text = isFile(input) ? read(Path.of(input)) : input;
    List<String> paragraphs = new ArrayList<>();
    for (String paragraph : text.split("\\R\\s*\\R", -1)) {
      if (!paragraph.isBlank()) {
        paragraphs.add(paragraph.strip().replaceAll("\\s+", " "));
      }
    }
    return paragraphs;
  }

  private static boolean isFile(String input) {
    try {
      return Files.isRegularFile(Path.of(input));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT, file + " cannot be read as UTF-8 text.", e);
    }
  }
}
