package org.palimpsest.bench;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.palimpsest.corpus.tokenize.TokenizerFile;

/** The Rust tokenizer alone, with one thread per core and one call per paragraph. */
final class TokenizerAlone {
  private final List<String> paragraphs;
  private final int threads;

  TokenizerAlone(List<String> paragraphs, int threads) {
    this.paragraphs = paragraphs;
    this.threads = threads;
  }

  /** Counts tokens with DJL's public {@code encode}, which copies a whole {@code Encoding}. */
  long encoding(TokenizerFile file) throws IOException {
    try (HuggingFaceTokenizer tokenizer = open(file)) {
      return tokens(paragraph -> tokenizer.encode(paragraph).getIds().length);
    }
  }

  /** Counts tokens by copying only the ids, the minimum that Java needs. */
  long ids(TokenizerFile file) throws IOException {
    try (HuggingFaceTokenizer tokenizer = open(file)) {
      long handle = tokenizer.getHandle();
      return tokens(paragraph -> ids(handle, paragraph).length);
    }
  }

  private static HuggingFaceTokenizer open(TokenizerFile file) throws IOException {
    return HuggingFaceTokenizer.newInstance(
        new ByteArrayInputStream(file.json()),
        Map.of("addSpecialTokens", "false", "truncation", "false"));
  }

  private static long[] ids(long tokenizer, String paragraph) {
    long encoding = TokenizersLibrary.LIB.encode(tokenizer, paragraph, false);
    try {
      return TokenizersLibrary.LIB.getTokenIds(encoding);
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  private long tokens(ToIntFunction<String> encode) {
    AtomicInteger next = new AtomicInteger();
    LongAdder tokens = new LongAdder();
    List<Thread> workers =
        IntStream.range(0, threads)
            .mapToObj(
                number ->
                    new Thread(
                        () -> {
                          for (int i = next.getAndIncrement();
                              i < paragraphs.size();
                              i = next.getAndIncrement()) {
                            tokens.add(encode.applyAsInt(paragraphs.get(i)));
                          }
                        }))
            .toList();
    workers.forEach(Thread::start);
    for (Thread worker : workers) {
      join(worker);
    }
    if (tokens.sum() < paragraphs.size()) {
      throw new IllegalStateException("Some paragraphs have no tokens: check the tokenizer.");
    }
    return tokens.sum();
  }

  private static void join(Thread worker) {
    try {
      worker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
