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

  private static List<String> paragraphs(String input) {
    String text = isFile(input) ? read(Path.of(input)) : input;
    List<String> paragraphs = new ArrayList<>();
    for (String paragraph : text.split("\\R\\s*\\R")) {
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
