package org.palimpsest.evaluation.bootstrap;

import org.palimpsest.objective.TokenBlock;

/**
 * To which document the blocks of a split belong, in stored order. A block belongs to the document
 * that has most of its tokens; a document may have many blocks, and a block has one document, so
 * blocks of many short documents are units of their own.
 *
 * <p>A corpus that keeps documents apart stores the rest of a long document behind other blocks;
 * there the rest may count to another document.
 */
public final class DocumentCursor {
  private int begun;
  private int current;

  /** Goes to the next block, in stored order. */
  public void enter(TokenBlock block) {
    int[] starts = block.documentStarts();
    int longest = starts.length == 0 ? block.length() : starts[0];
    current = begun - 1;
    for (int k = 0; k < starts.length; k++) {
      int end = k + 1 < starts.length ? starts[k + 1] : block.length();
      if (end - starts[k] > longest) {
        longest = end - starts[k];
        current = begun + k;
      }
    }
    begun += starts.length;
  }

  /** The number of the block's document; −1 for one that begins before the first block. */
  public int document() {
    return current;
  }

  /** Number of documents that began so far. */
  public int begun() {
    return begun;
  }
}
