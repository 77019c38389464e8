package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.storage.StoredFolder;

/** Text that is withdrawn from a corpus. */
@Tag("spark")
class WithdrawalTest extends WithdrawalCase {
  private static void assertOnlyWithdrawnBlocksAreGone(
      Corpus before, CorpusSplit whole, CorpusSplit rest) {
    List<TokenBlock> expected =
        blocks(whole).stream().filter(block -> !isWithdrawn(before, block)).toList();
    assertThat(expected).isNotEmpty().hasSizeLessThan((int) whole.blocks());
    assertThat(blocks(rest)).isEqualTo(expected);
    assertThat(rest.blocks()).isEqualTo(expected.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"concatenate", "apart"})
  void everyBlockWithATokenOfWithdrawnTextIsPassedOver(String policy) {
    Corpus before = prepareBoth("corpus.policy=" + policy, "corpus.validation-share=0.3");
    Corpus after = withdraw(withdrawn);

    assertOnlyWithdrawnBlocksAreGone(before, before.training(), after.training());
    assertOnlyWithdrawnBlocksAreGone(before, before.validation(), after.validation());
    assertThat(after.manifest().generations()).hasSize(2);
    assertThat(after.manifest().generations().get(1).removed().orElseThrow().blocks())
        .isEqualTo(
            before.training().blocks()
                + before.validation().blocks()
                - after.training().blocks()
                - after.validation().blocks());
    CorpusCheck.run(spark, after).verify();
  }

  @Test
  void blocksAreReadByTheirIdsUnlessTheyAreRemoved() {
    Corpus before = prepareBoth();
    CorpusSplit rest = withdraw(withdrawn).training();

    for (TokenBlock block : blocks(before.training())) {
      if (isWithdrawn(before, block)) {
        assertThatThrownBy(() -> rest.block(block.id()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("no block " + block.id() + " in the training split");
      } else {
        assertThat(rest.block(block.id()).block()).isEqualTo(block);
      }
    }
  }

  @Test
  void theGenerationsBeforeStayAsTheyWere() {
    Corpus before = prepareBoth();
    Corpus after = withdraw(withdrawn);

    assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
    assertThat(after.generationsOf(before.fingerprint())).isEqualTo(OptionalInt.of(1));
    assertThat(blocks(after.withGenerations(1).training())).isEqualTo(blocks(before.training()));
  }

  @Test
  void aSourceIsNamedByItsFolderAndFile() {
    Corpus before = prepareBoth();
    Corpus after = withdraw(folder.getFileName() + "/withdrawn.txt");
    assertOnlyWithdrawnBlocksAreGone(before, before.training(), after.training());
  }

  @Test
  void aFolderNamesAllItsFiles() throws IOException {
    Path inside = Files.createDirectories(folder.resolve("all/bad"));
    Files.move(kept, folder.resolve("all/kept.txt"));
    Files.move(withdrawn, inside.resolve("withdrawn.txt"));
    Corpus before = Preparation.run(spark, settings(folder.resolve("all").toString()));
    kept = folder.resolve("all/kept.txt");
    assertOnlyWithdrawnBlocksAreGone(before, before.training(), withdraw("all/bad").training());
  }

  @Test
  void onlyACorpusWithARemovalIsRefusedByEarlierReleases() {
    assertThat(prepareBoth().manifest().json().path("schemaVersion").asInt()).isEqualTo(1);
    assertThat(withdraw(withdrawn).manifest().json().path("schemaVersion").asInt()).isEqualTo(2);
  }

  @Test
  void withdrawingAgainChangesNothing() throws IOException {
    prepareBoth();
    withdraw(withdrawn);
    byte[] manifest = Files.readAllBytes(folder.resolve("corpus/manifest.json"));
    withdraw(withdrawn);
    assertThat(Files.readAllBytes(folder.resolve("corpus/manifest.json"))).isEqualTo(manifest);
  }

  @Test
  void aNameWithoutTextIsRefused() throws IOException {
    prepareBoth();
    byte[] manifest = Files.readAllBytes(folder.resolve("corpus/manifest.json"));
    assertThatThrownBy(() -> withdraw(withdrawn, "nothing.txt"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The corpus file:"
                + folder.resolve("corpus")
                + " has no text of nothing.txt: name an input as its manifest does, or a source as"
                + " the lists of rejected records do, a folder and a file.");
    assertThat(Files.readAllBytes(folder.resolve("corpus/manifest.json"))).isEqualTo(manifest);
  }

  @Test
  void aCorpusIsNotEmptied() {
    prepareBoth();
    assertThatThrownBy(() -> withdraw(withdrawn, kept))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith("has no training blocks: prepare it again with --fresh.");
  }

  /** Makes a corpus like that of an earlier release. */
  private void forgetSources(Corpus corpus) {
    StoredFolder stored =
        new StoredFolder(corpus.path(), spark.sparkContext().hadoopConfiguration());
    ObjectNode manifest = Manifest.store(stored).read().json();
    manifest.get("generations").forEach(each -> ((ObjectNode) each).remove("sources"));
    stored.publish(manifest);
  }

  @Test
  void anAdditionOfAnEarlierReleaseIsWithdrawnAsAWhole() {
    Preparation.run(spark, settings(kept.toString()));
    Corpus before = Preparation.add(spark, settings(withdrawn.toString()));
    forgetSources(before);
    Corpus after = withdraw(withdrawn);
    assertOnlyWithdrawnBlocksAreGone(before, before.training(), after.training());
  }

  @Test
  void aPartOfAGenerationOfAnEarlierReleaseIsNotKnown() {
    forgetSources(prepareBoth());
    assertThatThrownBy(() -> withdraw(withdrawn))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(" does not record which blocks have the text of " + withdrawn + ",")
        .hasMessageEndingWith("or prepare the corpus again with --fresh and without that text.");
  }

  @Test
  void foldersOfTheSameNameAreNotConfused() throws IOException {
    Path one = Files.createDirectories(folder.resolve("one/texts"));
    Path two = Files.createDirectories(folder.resolve("two/texts"));
    Files.move(kept, one.resolve("kept.txt"));
    Files.move(withdrawn, two.resolve("withdrawn.txt"));
    Preparation.run(spark, settings(List.of(one.toString(), two.toString())));
    assertThatThrownBy(() -> withdraw(two))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("whose sources may have the same names: name the sources as");
  }

  @Test
  void withdrawnTextCanComeBack() {
    Preparation.run(spark, settings(kept.toString()));
    Corpus before = Preparation.add(spark, settings(withdrawn.toString()));
    withdraw(withdrawn);
    Corpus again = Preparation.add(spark, settings(withdrawn.toString()));
    assertThat(again.generations()).isEqualTo(4);
    assertThat(again.training().blocks()).isEqualTo(before.training().blocks());
  }
}
