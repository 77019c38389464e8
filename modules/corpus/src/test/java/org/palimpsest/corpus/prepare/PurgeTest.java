package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.objective.TokenBlock;

/** Withdrawn text that is deleted. */
@Tag("spark")
class PurgeTest extends WithdrawalCase {
  private Corpus purge() {
    return Purge.run(spark, settings(kept.toString()));
  }

  @Test
  void aPurgeDeletesTheContentAndNothingElse() throws IOException {
    Corpus before = prepareBoth("corpus.validation-share=0.3");
    Corpus passed = withdraw(withdrawn);
    List<TokenBlock> training = blocks(passed.training());
    List<TokenBlock> validation = blocks(passed.validation());
    Corpus after = purge();

    assertThat(blocks(after.training())).isEqualTo(training);
    assertThat(blocks(after.validation())).isEqualTo(validation);
    for (CorpusSplit split : List.of(after.training(), after.validation())) {
      assertThat(blocks(split.withRemoved()))
          .noneMatch(block -> isWithdrawn(before, block))
          .anyMatch(block -> block.length() == 0);
    }
    assertThat(after.manifest().training().tokens())
        .isEqualTo(training.stream().mapToLong(TokenBlock::length).sum());
    CorpusCheck.run(spark, after).verify();
    assertThat(namedLanes(after)).isEqualTo(storedLanes());
  }

  private static List<String> namedLanes(Corpus corpus) {
    return corpus.manifest().training().lanes().stream()
        .map(lane -> Path.of(lane.file().name()).getFileName().toString())
        .sorted()
        .toList();
  }

  private List<String> storedLanes() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("corpus/training"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".parquet") && !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  @Test
  void aPurgeThatWasKilledIsFinishedByTheNextOne() throws IOException {
    prepareBoth();
    withdraw(withdrawn);
    Path backup = folder.resolve("backup");
    FileUtils.copyDirectory(folder.resolve("corpus").toFile(), backup.toFile());
    Corpus after = purge();
    // As if it had died after its manifest was written.
    for (String inside : List.of("training", "manifests")) {
      FileUtils.copyDirectory(
          backup.resolve(inside).toFile(), folder.resolve("corpus/" + inside).toFile());
    }
    assertThat(storedLanes()).isNotEqualTo(namedLanes(after));

    assertThat(namedLanes(purge())).isEqualTo(namedLanes(after));
    assertThat(storedLanes()).isEqualTo(namedLanes(after));
  }

  @Test
  void onlyTheGenerationsBeforeAreUnreadableAfterAPurge() {
    String whole = prepareBoth().fingerprint();
    Corpus passed = withdraw(withdrawn);
    assertThat(passed.withGenerations(1).isPurged()).isFalse();
    Corpus after = purge();

    assertThat(after.fingerprint()).isEqualTo(passed.fingerprint());
    assertThat(after.generationsOf(whole)).isEqualTo(OptionalInt.of(1));
    assertThat(after.withGenerations(1).isPurged()).isTrue();
    assertThat(after.isPurged()).isFalse();
  }

  @Test
  void aPurgeWithoutAWithdrawalChangesNothing() {
    Manifest before = prepareBoth().manifest();
    assertThat(purge().manifest()).isEqualTo(before);
    withdraw(withdrawn);
    Manifest once = purge().manifest();
    assertThat(purge().manifest()).isEqualTo(once);
  }
}
