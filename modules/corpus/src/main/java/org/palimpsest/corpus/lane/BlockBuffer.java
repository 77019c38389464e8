package org.palimpsest.corpus.lane;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.palimpsest.objective.TokenBlock;

/**
 * A block under construction: reusable arrays with their used lengths. Offsets are relative to the
 * block.
 */
public final class BlockBuffer {
  final int[] tokens;
  int length;
  int[] sentenceStarts = new int[16];
  int sentences;
  int[] documentStarts = new int[16];
  int documents;
  int utf8Bytes;
  private final Set<String> sources = new LinkedHashSet<>();

  /** Creates an empty buffer of {@code capacity} tokens. */
  public BlockBuffer(int capacity) {
    tokens = new int[capacity];
  }

  /** Empties the buffer. */
  public void clear() {
    length = 0;
    sentences = 0;
    documents = 0;
    utf8Bytes = 0;
    sources.clear();
  }

  /** Replaces the content by a block without sources. */
  public void set(TokenBlock block, int bytes) {
    clear();
    length = block.length();
    System.arraycopy(block.tokens(), 0, tokens, 0, length);
    sentenceStarts = block.sentenceStarts().clone();
    sentences = sentenceStarts.length;
    documentStarts = block.documentStarts().clone();
    documents = documentStarts.length;
    utf8Bytes = bytes;
  }

  /** Marks that the block has tokens of a source. */
  public void addSource(String source) {
    sources.add(source);
  }

  /** Returns the names of the sources of its tokens. */
  public Set<String> sources() {
    return sources;
  }

  /** Takes the content of a buffer that is not longer. */
  public void copy(BlockBuffer other) {
    length = other.length;
    System.arraycopy(other.tokens, 0, tokens, 0, length);
    sentenceStarts = Arrays.copyOf(other.sentenceStarts, other.sentenceStarts.length);
    sentences = other.sentences;
    documentStarts = Arrays.copyOf(other.documentStarts, other.documentStarts.length);
    documents = other.documents;
    utf8Bytes = other.utf8Bytes;
  }

  public int length() {
    return length;
  }

  public int room() {
    return tokens.length - length;
  }

  public int utf8Bytes() {
    return utf8Bytes;
  }

  public void append(int token, int bytes) {
    tokens[length++] = token;
    utf8Bytes += bytes;
  }

  /** Marks that the next token begins a document, and its first sentence. */
  public void beginDocument() {
    if (documents == documentStarts.length) {
      documentStarts = Arrays.copyOf(documentStarts, Math.max(16, documents * 2));
    }
    documentStarts[documents++] = length;
  }

  /** Marks that the next token begins a sentence. */
  public void beginSentence() {
    if (sentences > 0 && sentenceStarts[sentences - 1] == length) {
      return;
    }
    if (sentences == sentenceStarts.length) {
      sentenceStarts = Arrays.copyOf(sentenceStarts, Math.max(16, sentences * 2));
    }
    sentenceStarts[sentences++] = length;
  }

  /** Copies the content to a block. */
  public TokenBlock block(long id) {
    return new TokenBlock(
        id,
        Arrays.copyOf(tokens, length),
        Arrays.copyOf(sentenceStarts, sentences),
        Arrays.copyOf(documentStarts, documents));
  }
}
