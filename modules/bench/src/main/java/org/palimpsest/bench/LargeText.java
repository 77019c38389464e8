package org.palimpsest.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Text of any size from a few books: repeats their paragraphs, with every twentieth word misspelled
 * from the second time on, so that the number of different words grows as in real text.
 */
final class LargeText {
  private static final Pattern BLANK_LINES = Pattern.compile("\\R\\s*\\R");
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final long FILE_BYTES = 16_000_000;
  private static final double MISSPELLED = 0.05;

  private final List<String> paragraphs;

  /** The paragraphs of all {@code .txt} files in a folder. */
  LargeText(Path books) throws IOException {
    paragraphs = new ArrayList<>();
    try (Stream<Path> files = Files.list(books)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
        BLANK_LINES
            .splitAsStream(Files.readString(file))
            .map(paragraph -> SPACES.matcher(paragraph).replaceAll(" ").strip())
            .filter(paragraph -> !paragraph.isEmpty())
            .forEach(paragraphs::add);
      }
    }
  }

  List<String> paragraphs() {
    return paragraphs;
  }

  /** Writes about {@code bytes} bytes to files of 16 MB, unless the folder exists. */
  Path write(Path folder, long bytes) throws IOException {
    if (Files.exists(folder)) {
      return folder;
    }
    Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
    Files.createDirectories(unfinished);
    SplittableRandom random = new SplittableRandom(1);
    long written = 0;
    int next = 0;
    for (int number = 0; written < bytes; number++) {
      Path file = unfinished.resolve("part-%05d.txt".formatted(number));
      try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
        for (long inFile = 0; inFile < FILE_BYTES && written < bytes; next++) {
          String paragraph = paragraphs.get(next % paragraphs.size());
          String text = next < paragraphs.size() ? paragraph : misspelled(paragraph, random);
          out.write(text);
          out.write("\n\n");
          inFile += text.length() + 2L;
          written += text.length() + 2L;
        }
      }
    }
    Files.move(unfinished, folder);
    return folder;
  }

  private static String misspelled(String paragraph, SplittableRandom random) {
    StringBuilder text = new StringBuilder(paragraph.length());
    for (String word : paragraph.split(" ", -1)) {
      text.append(text.isEmpty() ? "" : " ");
      if (word.length() > 3 && random.nextDouble() < MISSPELLED) {
        int at = 1 + random.nextInt(word.length() - 2);
        text.append(word, 0, at)
            .append((char) ('a' + random.nextInt(26)))
            .append(word, at + 1, word.length());
      } else {
        text.append(word);
      }
    }
    return text.toString();
  }
}
