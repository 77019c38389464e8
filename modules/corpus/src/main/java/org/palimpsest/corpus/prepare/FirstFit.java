package org.palimpsest.corpus.prepare;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.palimpsest.corpus.lane.BlockBuffer;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.corpus.tokenize.Tokenizer;

/**
 * The policy "apart": a block contains whole documents or a piece of one. A document longer than a
 * block fills whole blocks; its remainder, and every shorter document, is placed first-fit into the
 * first open block with room, after a separator, and marked there as a document, for readers that
 * keep documents apart.
 *
 * <p>A new block is opened only while the unused positions in all blocks of the lane, except for
 * one block, stay below the share {@link #PADDING}; otherwise the document is cut, and its first
 * piece fills the emptiest open block. This bounds padding whatever the lengths of documents, and
 * few documents are cut: in a long lane, many blocks are open, in which first-fit finds room.
 * (Best-fit packing with few cuts: Ding et al., "Fewer truncations improve language modeling",
 * 2024.)
 */
final class FirstFit implements BlockCutter {
  /** Largest share of positions in a lane's blocks without a token. */
  static final double PADDING = 1 / 32.0;

  private static final int MAX_OPEN = 256;

  private final Tokenizer tokenizer;
  private final int separator;
  private final int blockSize;
  private final Sink sink;
  private final BlockBuffer whole;
  private final List<BlockBuffer> open = new ArrayList<>();
  private final ArrayDeque<BlockBuffer> spare = new ArrayDeque<>();

  /** Number of blocks begun, and of unused positions in all of them. */
  private long blocks;

  private long room;

  FirstFit(Tokenizer tokenizer, int blockSize, Sink sink) {
    this.tokenizer = tokenizer;
    this.separator = tokenizer.vocabulary().eos();
    this.blockSize = blockSize;
    this.sink = sink;
    whole = new BlockBuffer(blockSize);
  }

  @Override
  public void add(EncodedDocument document) throws IOException {
    int length = document.tokens().length;
    int from = 0;
    for (; length - from >= blockSize; from += blockSize) {
      append(whole, document, from, from + blockSize);
      sink.write(whole);
      whole.clear();
      blocks++;
    }
    while (from < length) {
      from += place(document, from, length);
    }
  }

  /** Places the rest of a document, or a piece of it, and returns the number of tokens placed. */
  private int place(EncodedDocument document, int from, int to) throws IOException {
    int fitting = firstWithRoom(to - from);
    if (fitting < 0 && mayOpen(to - from)) {
      fitting = begin();
    }
    int index = fitting < 0 ? emptiest() : fitting;
    BlockBuffer block = open.get(index);
    int before = block.length();
    int pieceEnd = fitting < 0 ? from + block.room() - 1 : to;
    append(block, document, from, pieceEnd);
    room -= block.length() - before;
    if (!hasRoom(block, 1)) {
      close(index);
    }
    return pieceEnd - from;
  }

  private int firstWithRoom(int tokens) {
    for (int i = 0; i < open.size(); i++) {
      if (hasRoom(open.get(i), tokens)) {
        return i;
      }
    }
    return -1;
  }

  /** No open block is empty, so a separator precedes the document. */
  private static boolean hasRoom(BlockBuffer block, int tokens) {
    return block.room() > tokens;
  }

  private boolean mayOpen(int tokens) {
    return open.isEmpty() || room + blockSize - tokens <= (blocks + 1) * blockSize * PADDING;
  }

  private int begin() throws IOException {
    if (open.size() == MAX_OPEN) {
      close(fullest());
    }
    open.add(spare.isEmpty() ? new BlockBuffer(blockSize) : spare.pop());
    blocks++;
    room += blockSize;
    return open.size() - 1;
  }

  private int emptiest() {
    int best = 0;
    for (int i = 1; i < open.size(); i++) {
      best = open.get(i).room() > open.get(best).room() ? i : best;
    }
    return best;
  }

  private int fullest() {
    int best = 0;
    for (int i = 1; i < open.size(); i++) {
      best = open.get(i).room() < open.get(best).room() ? i : best;
    }
    return best;
  }

  private void close(int index) throws IOException {
    BlockBuffer block = open.remove(index);
    sink.write(block);
    block.clear();
    spare.push(block);
  }

  /**
   * A piece in the middle of a block is marked as a document; a continued piece at its start is
   * not.
   */
  private void append(BlockBuffer block, EncodedDocument document, int from, int to) {
    if (block.length() > 0) {
      block.append(separator, 0);
    }
    if (from == 0 || block.length() > 0) {
      block.beginDocument();
    }
    block.addSource(document.source());
    block.beginSentence();
    int[] starts = document.sentenceStarts();
    int found = Arrays.binarySearch(starts, from);
    int sentence = found < 0 ? -found - 1 : found;
    for (int i = from; i < to; i++) {
      if (sentence < starts.length && starts[sentence] == i) {
        block.beginSentence();
        sentence++;
      }
      int token = document.tokens()[i];
      block.append(token, tokenizer.utf8Length(token));
    }
  }

  @Override
  public void finish() throws IOException {
    while (!open.isEmpty()) {
      close(0);
    }
  }
}
