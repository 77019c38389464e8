package org.palimpsest.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A small text with a grammar that a small model learns. */
final class Stories {
  private static final String[] WHO = {"The red fox", "A small dog", "The old miller", "My sister"};
  private static final String[] DOES = {"sees", "follows", "likes", "forgets", "paints"};
  private static final String[] WHAT = {"the river", "a blue house", "the long road", "her horse"};
  private static final String[] WHEN = {"in the morning", "at night", "every summer", "again"};

  private Stories() {}

  /** Writes {@code paragraphs} paragraphs of three sentences each. */
  static Path write(Path file, int paragraphs) {
    Random random = new Random(17);
    StringBuilder text = new StringBuilder();
    for (int p = 0; p < paragraphs; p++) {
      for (int s = 0; s < 3; s++) {
        text.append(one(WHO, random))
            .append(' ')
            .append(one(DOES, random))
            .append(' ')
            .append(one(WHAT, random))
            .append(' ')
            .append(one(WHEN, random))
            .append(". ");
      }
      text.append("\n\n");
    }
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String one(String[] words, Random random) {
    return words[random.nextInt(words.length)];
  }
}
