package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.SmallTexts;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.StoredLanes;
import org.palimpsest.model.process.Kill;

/** Kills a preparation with SIGKILL while it writes lanes. */
@Tag("cluster")
class KilledPreparationTest {
  @TempDir Path folder;

  @Test
  void leavesNoCorpusAndTheNextRunPreparesTheSameOne() throws Exception {
    Path texts = SmallTexts.write(folder.resolve("texts"));
    Path killed = folder.resolve("killed");
    assertThat(
            Kill.of(
                PreparationProcess.program(texts, killed, "512m"),
                folder.resolve("log"),
                () -> files(killed.resolve("training")).size() >= 3,
                Duration.ZERO))
        .as("killed before its end")
        .isTrue();
    assertThat(killed.resolve("manifest.json")).doesNotExist();
    assertThatThrownBy(() -> Corpus.open(hadoopPath(killed), new Configuration()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith("is not a corpus: it has no manifest.json (or was not finished).");

    try (SparkSession spark = SparkForTests.session("local[2]")) {
      Corpus again = prepare(spark, texts, killed);
      again.verify();
      CorpusCheck.run(spark, again);
      Corpus undisturbed = prepare(spark, texts, folder.resolve("undisturbed"));
      assertThat(checksums(again)).isEqualTo(checksums(undisturbed));
      assertThat(files(killed.resolve("training"))).hasSizeGreaterThanOrEqualTo(43);
    }
  }

  private static Corpus prepare(SparkSession spark, Path texts, Path corpus) {
    return Preparation.run(spark, PreparationProcess.settings(texts.toString(), corpus.toString()));
  }

  private static List<Path> files(Path lanes) throws IOException {
    if (!Files.exists(lanes)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(lanes)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  private static List<String> checksums(Corpus corpus) {
    return StoredLanes.named(corpus.manifest()).map(file -> file.sha256()).toList();
  }

  private static org.apache.hadoop.fs.Path hadoopPath(Path path) {
    return new org.apache.hadoop.fs.Path(path.toString());
  }
}
