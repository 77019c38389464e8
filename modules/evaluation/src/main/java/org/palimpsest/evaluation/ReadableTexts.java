package org.palimpsest.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  /**
   * The first documents of a readable length, in the order in which the keyed hash of the corpus
   * puts them.
   *
   * @param count number of documents; the split may have fewer
   */
  public static List<TokenBlock> first(CorpusSplit split, int count) {
    List<TokenBlock> documents = new ArrayList<>();
    if (split.blocks() == 0) {
      return documents;
    }
    try (BlockReader reader = split.asStored(0, 1)) {
      while (documents.size() < count && reader.hasNext()) {
        readable(reader.next().block()).limit(count - documents.size()).forEach(documents::add);
      }
    }
    return documents;
  }

  /** The whole documents of a readable length in a block. */
  private static Stream<TokenBlock> readable(TokenBlock block) {
    int[] starts = block.documentStarts();
    return IntStream.range(0, starts.length - 1)
        .filter(d -> isReadable(starts[d + 1] - starts[d] - 1))
        .mapToObj(d -> document(block, d));
  }

  private static boolean isReadable(int tokens) {
    return tokens >= MIN_TOKENS && tokens <= MAX_TOKENS;
  }

  /** The first whole document of a readable length, otherwise the first block. */
  private static TokenBlock readable(BlockReader reader) {
    TokenBlock first = reader.next().block();
    Optional<TokenBlock> found = readable(first).findFirst();
    while (found.isEmpty() && reader.hasNext()) {
      found = readable(reader.next().block()).findFirst();
    }
    return found.orElse(first);
  }

  /** Document {@code d} of a block, without the separator that closes it. */
  private static TokenBlock document(TokenBlock block, int d) {
    return block.document(block.documentStarts()[d], block.documentStarts()[d + 1] - 1);
  }
}
