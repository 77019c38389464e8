package org.palimpsest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeTextTest {
  @TempDir Path folder;

  @Test
  void textGrowsByRepetitionWithOtherSpellings() throws Exception {
    Path books = Files.createDirectories(folder.resolve("books"));
    Files.writeString(books.resolve("a.txt"), "One long\nparagraph.\n\nAnother paragraph here.\n");
    Files.writeString(books.resolve("b.md"), "no book");
    LargeText text = new LargeText(books);
    assertThat(text.paragraphs()).containsExactly("One long paragraph.", "Another paragraph here.");
    Path large = text.write(folder.resolve("large"), 20_000);
    String written = Files.readString(large.resolve("part-00000.txt"));
    assertThat(written).startsWith("One long paragraph.\n\nAnother paragraph here.\n\n");
    assertThat(written.length()).isBetween(20_000, 20_100);
    long others = written.lines().filter(line -> !line.isEmpty()).distinct().count();
    assertThat(others).isBetween(20L, 500L);
  }
}
