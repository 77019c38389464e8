package org.palimpsest.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.objective.TokenBlock;

/** Texts of a length that people read, to show what a model does with them. */
public final class ReadableTexts {
  private static final int MIN_TOKENS = 10;
  private static final int MAX_TOKENS = 40;

  private ReadableTexts() {}

  /**
   * Documents of a readable length, spread over a split.
   *
   * @param count number of documents; the split may have fewer blocks
   */
  public static List<TokenBlock> of(CorpusSplit split, int count) {
    List<TokenBlock> documents = new ArrayList<>();
    for (int section = 0; section < Math.min(count, split.blocks()); section++) {
      try (BlockReader reader = split.asStored(section, count)) {
        if (reader.hasNext()) {
          documents.add(readable(reader));
        }
      }
    }
    return documents;
  }

  /** The first whole document of a readable length, otherwise the first block. */
  private static TokenBlock readable(BlockReader reader) {
    TokenBlock first = reader.next().block();
    TokenBlock block = first;
    while (true) {
      for (int d = 0; d + 1 < block.documentStarts().length; d++) {
        int length = block.documentStarts()[d + 1] - block.documentStarts()[d] - 1;
        if (length >= MIN_TOKENS && length <= MAX_TOKENS) {
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
}
