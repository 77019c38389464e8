package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.store.StoreWriter;
import org.palimpsest.storage.StoredFolder;

/** What may be wrong in a night on which text is added to a corpus. */
@Tag("spark")
class NightlyAdditionTest extends PreparationCase {
  private Path more;

  @BeforeEach
  void writeMore() throws IOException {
    more = Files.writeString(folder.resolve("more.txt"), "New words to learn.\n\n".repeat(60));
  }

  private CorpusSettings moreText() {
    return settings("corpus", Map.of("corpus.input", more.toString()));
  }

  private static long documents(Corpus corpus) {
    return corpus.manifest().training().documents() + corpus.manifest().validation().documents();
  }

  @Test
  void anAdditionWithoutTextChangesNothing() throws IOException {
    Corpus before = Preparation.run(spark, settings("corpus", Map.of()));
    byte[] manifest = manifest();
    Files.writeString(more, "");
    assertThat(Preparation.add(spark, moreText()).manifest()).isEqualTo(before.manifest());
    assertThat(manifest()).isEqualTo(manifest);
    assertThat(lanes()).hasSize(before.training().lanes());
  }

  private byte[] manifest() throws IOException {
    return Files.readAllBytes(folder.resolve("corpus/manifest.json"));
  }

  private List<Path> lanes() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("corpus/training"))) {
      return files.filter(file -> file.getFileName().toString().matches("[^.].*parquet")).toList();
    }
  }

  @Test
  void aSourceThatIsMissingTonightIsAddedInTheNextNight() throws IOException {
    Corpus before = Preparation.run(spark, settings("corpus", Map.of()));
    byte[] manifest = manifest();
    Path late = folder.resolve("late.txt");
    Files.move(more, late);
    assertThatThrownBy(() -> Preparation.add(spark, moreText()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("The input " + more + " does not exist: name a file, a folder or a glob.");
    assertThat(manifest()).isEqualTo(manifest);

    Files.move(late, more);
    assertThat(documents(Preparation.add(spark, moreText()))).isEqualTo(documents(before) + 60);
  }

  @Test
  void anAdditionOfHeldOutTextOnlyIsAnAddition() throws IOException {
    Preparation.run(spark, settings("corpus", Map.of()));
    Files.writeString(more, "New words to learn.");
    Corpus after =
        Preparation.add(
            spark,
            settings(
                "corpus",
                Map.of("corpus.input", more.toString(), "corpus.validation-share", 0.999999)));
    assertThat(after.generations()).isEqualTo(2);
    assertThat(after.training().blocks(1, 2)).isZero();
    assertThat(after.validation().blocks(1, 2)).isEqualTo(1);
  }

  /** Times of files are all that a corpus takes from a clock. */
  @ParameterizedTest
  @ValueSource(longs = {-3650, 3650})
  void aClockThatJumpsDeletesNothingThatIsUsed(long days) throws IOException {
    Corpus before = Preparation.run(spark, settings("corpus", Map.of()));
    FileTime jumped = FileTime.from(Instant.now().plus(Duration.ofDays(days)));
    try (Stream<Path> files = Files.walk(folder.resolve("corpus"))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, jumped);
      }
    }
    Corpus after = Preparation.add(spark, moreText());
    CorpusCheck.run(spark, after).verify();
    assertThat(after.withGenerations(1).fingerprint()).isEqualTo(before.fingerprint());
  }

  @Test
  void aCorpusThatIsBeingPreparedIsNotReadYet() {
    StoredFolder unfinished =
        new StoredFolder(
            new org.apache.hadoop.fs.Path(folder.resolve("unfinished").toString()),
            spark.sparkContext().hadoopConfiguration());
    try (StoreWriter<Manifest> writer =
        Manifest.store(unfinished).writer(Duration.ofMinutes(1), Duration.ZERO)) {
      assertThat(writer.files()).isNotNull();
      assertThatThrownBy(() -> Corpus.open(unfinished.path(), new Configuration()))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "The corpus "
                  + unfinished.path()
                  + " is not complete, because another process is writing it: run the command again"
                  + " when that one has ended.");
    }
  }
}
