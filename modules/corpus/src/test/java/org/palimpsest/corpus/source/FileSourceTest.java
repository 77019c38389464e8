package org.palimpsest.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;

@Tag("spark")
class FileSourceTest {
  @TempDir Path folder;

  @Test
  void namesFilesRelativeToTheirInputFolder() throws Exception {
    Path first = Files.createDirectories(folder.resolve("one/texts/deep"));
    Path second = Files.createDirectories(folder.resolve("two/texts"));
    Files.writeString(first.resolve("a.txt"), "First.");
    Files.writeString(second.resolve("a.txt"), "Second.");
    Files.writeString(second.resolve("b.txt"), "Third.");
    Document a = new Document("texts/deep/a.txt", "0", "First.");
    try (SparkSession spark = SparkForTests.session("local[1]")) {
      assertThat(read(spark, folder.resolve("one/texts").toString(), second + "/*.txt"))
          .containsExactlyInAnyOrder(
              a,
              new Document("texts~2/a.txt", "0", "Second."),
              new Document("texts~2/b.txt", "0", "Third."));
      assertThat(read(spark, second + "/b.txt"))
          .containsExactly(new Document("texts/b.txt", "0", "Third."));
    }
  }

  @Test
  void readsANestedInputOnceWithItsOwnWeight() throws Exception {
    Path texts = Files.createDirectories(folder.resolve("texts/inner"));
    Files.writeString(texts.resolve("a.txt"), "Inner.");
    Files.writeString(texts.resolveSibling("b [1].txt"), "Outer.");
    try (SparkSession spark = SparkForTests.session("local[1]")) {
      FileSource source =
          source(
              spark,
              new Input(folder.resolve("texts").toString(), 0.5),
              new Input(texts.toString(), 3));
      assertThat(source.bytes()).isEqualTo(6);
      assertThat(source.read(spark).collect())
          .containsExactlyInAnyOrder(
              new Document("inner/a.txt", "0", "Inner.", 3),
              new Document("texts/b [1].txt", "0", "Outer.", 0.5));
      assertThat(source(spark, new Input(folder + "/texts/b*")).read(spark).collect())
          .containsExactly(new Document("texts/b [1].txt", "0", "Outer."));
    }
  }

  @Test
  void anExistingNameIsNoGlob() throws Exception {
    Files.writeString(folder.resolve("a{b}.txt"), "Braces.");
    Files.writeString(folder.resolve("notes [1].txt"), "Brackets.");
    try (SparkSession spark = SparkForTests.session("local[1]")) {
      String name = folder.getFileName().toString();
      assertThat(read(spark, folder + "/a{b}.txt"))
          .containsExactly(new Document(name + "/a{b}.txt", "0", "Braces."));
      assertThat(read(spark, folder + "/notes [1].txt"))
          .containsExactly(new Document(name + "/notes [1].txt", "0", "Brackets."));
    }
  }

  @Test
  void readsANameWithColonsInAFolder() throws Exception {
    Path texts = Files.createDirectories(folder.resolve("texts"));
    Files.writeString(texts.resolve("2026-11-28T12:30:00.txt"), "Colons.");
    Files.writeString(texts.resolve("plain.txt"), "Plain.");
    Document colons = new Document("texts/2026-11-28T12:30:00.txt", "0", "Colons.");
    try (SparkSession spark = SparkForTests.session("local[1]")) {
      assertThat(read(spark, texts.toString()))
          .containsExactlyInAnyOrder(colons, new Document("texts/plain.txt", "0", "Plain."));
      for (String name : List.of("2026-11-28T12:30:00.txt", "*.txt")) {
        assertThatThrownBy(() -> read(spark, texts + "/" + name))
            .isInstanceOf(PalimpsestException.class)
            .hasMessage(
                "The input %s/%s names a file with a colon in its name, which Hadoop reads only as part of a folder: name its folder, or rename the file."
                    .formatted(texts, name));
      }
    }
  }

  @Test
  void anInputThatIsNoTextIsRefused() throws Exception {
    Files.writeString(folder.resolve("a.txt"), "%PDF-1.7 and so on");
    try (SparkSession spark = SparkForTests.session("local[1]")) {
      assertThatThrownBy(() -> source(spark, new Input(folder + "/a.txt")))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "The input file:%s/a.txt is a PDF document, not text: unpack or convert it, and name"
                  + " the files of text.",
              folder);
    }
  }

  private static List<Reading> read(SparkSession spark, String... inputs) {
    return source(spark, Stream.of(inputs).map(Input::new).toArray(Input[]::new))
        .read(spark)
        .collect();
  }

  private static FileSource source(SparkSession spark, Input... inputs) {
    return new FileSource(
        List.of(inputs),
        ReadingRules.plain(DocumentMode.PARAGRAPHS, 1000),
        spark.sparkContext().hadoopConfiguration());
  }
}
