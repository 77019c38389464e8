package org.palimpsest.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.objective.PalimpsestException;

/** SIGKILL while lanes are being written. */
class KilledPreparationTest {
  private static final long PATIENCE_MS = 120_000;

  @TempDir Path folder;

  @Test
  void leavesNoCorpusAndTheNextRunMakesTheSameOne() throws Exception {
    Path texts = SmallTexts.write(folder.resolve("texts"));
    Path killed = folder.resolve("killed");
    Process process = PreparationProcess.start(texts, killed, folder.resolve("log"), "512m");
    try {
      awaitLanes(killed.resolve("training"), process);
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
    assertThat(process.exitValue()).as("the signal").isEqualTo(128 + 9);
    assertThat(killed.resolve("manifest.json")).doesNotExist();
    assertThatThrownBy(() -> Corpus.open(hadoopPath(killed), new Configuration()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith("is no corpus: it has no manifest.json (or was never finished).");

    try (SparkSession spark = SparkForTests.session("local[2]")) {
      Corpus again = prepare(spark, texts, killed);
      again.verify();
      CorpusCheck.run(spark, again);
      Corpus undisturbed = prepare(spark, texts, folder.resolve("undisturbed"));
      assertThat(checksums(again)).isEqualTo(checksums(undisturbed));
      assertThat(files(killed.resolve("training"))).hasSize(40);
    }
  }

  private static Corpus prepare(SparkSession spark, Path texts, Path corpus) {
    return Preparation.run(spark, PreparationProcess.settings(texts.toString(), corpus.toString()));
  }

  private void awaitLanes(Path lanes, Process process) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    while (files(lanes).size() < 3) {
      assertThat(process.isAlive()).as(Files.readString(folder.resolve("log"))).isTrue();
      assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
      Thread.sleep(5);
    }
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
