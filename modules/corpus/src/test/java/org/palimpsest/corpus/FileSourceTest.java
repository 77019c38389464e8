package org.palimpsest.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.FileSource;
import org.palimpsest.corpus.text.Reading;

class FileSourceTest {
  @TempDir Path folder;

  @Test
  void filesAreNamedFromTheGivenFolderOnAndFoldersOfTheSameNameStayApart() throws Exception {
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

  private static List<Reading> read(SparkSession session, String... inputs) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    return new FileSource(
            List.of(inputs), DocumentMode.PARAGRAPHS, "text", 1000, spark.hadoopConfiguration())
        .read(spark)
        .collect();
  }
}
