package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.read.Corpus;

/** Documents just below {@code corpus.max-document-bytes}, two at a time, with 1 GB of heap. */
@Tag("cluster")
@Tag("torture")
class LargeDocumentTest {
  private static final int BYTES = 60_000_000;
  private static final int WORDS = 3000;
  private static final long PATIENCE_S = 240;

  @TempDir Path folder;

  @Test
  void preparesTwoDocumentsOf60Megabytes() throws Exception {
    Path texts = Files.createDirectories(folder.resolve("texts"));
    write(texts.resolve("one.txt"), 1);
    write(texts.resolve("two.txt"), 2);
    Path log = folder.resolve("log");
    Path path = folder.resolve("corpus");
    Process process =
        PreparationProcess.program(
                texts,
                path,
                "1g",
                "corpus.documents=file",
                "corpus.lanes=2",
                "corpus.block-size=512",
                "corpus.validation-share=0",
                "tokenizer.train.size=4000",
                "tokenizer.train.sample-bytes=200000000")
            .start(log);
    try {
      assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).as("patience").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    Corpus corpus =
        Corpus.open(new org.apache.hadoop.fs.Path(path.toString()), new Configuration());
    assertThat(corpus.manifest().rejected()).isEmpty();
    assertThat(corpus.manifest().training().documents()).isEqualTo(2);
    assertThat(corpus.manifest().training().utf8Bytes())
        .isEqualTo(Files.size(texts.resolve("one.txt")) + Files.size(texts.resolve("two.txt")));
  }

  /** Writes sentences of words that a tokenizer can learn. */
  private static void write(Path file, int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    String[] words = new String[WORDS];
    for (int i = 0; i < WORDS; i++) {
      words[i] = Integer.toString(i * 7919 + WORDS, Character.MAX_RADIX).replaceAll("[0-9]", "e");
    }
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      int written = 0;
      while (written < BYTES) {
        String word = words[random.nextInt(WORDS)];
        boolean ends = random.nextInt(15) == 0;
        out.write(word);
        out.write(ends ? ".\n" : " ");
        written += word.length() + (ends ? 2 : 1);
      }
      out.write("end.");
    }
  }
}
