package org.palimpsest.cli.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;

class StudyRunnerTest {
  @TempDir private Path directory;
  private StudyFolder folder;
  private final List<String> trained = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();

  @BeforeEach
  void open() {
    folder =
        new StudyFolder(
            new StoredFolder(
                new org.apache.hadoop.fs.Path(directory.toString()), new Configuration()));
  }

  private List<CellResult> run(Study study, StudyRunner.Work work) {
    return new StudyRunner(study, folder, progress::add).run(work);
  }

  private Optional<CellResult> train(Cell cell, long seed) {
    trained.add(cell.name() + " " + seed);
    return Optional.of(Studies.result(cell.name(), seed, (double) seed));
  }

  private static Recipe recipe(String... set) {
    return Recipe.of(Studies.study().recipe()).with(set);
  }

  @Test
  void allCellsAreTrainedWithEachSeed() {
    List<CellResult> results = run(Studies.study(), this::train);
    assertThat(trained).containsExactly("plain 1", "masks 1", "copy 1", "plain 2", "masks 2");
    assertThat(progress).contains("Cell 4 of 5: plain, seed 2");
    assertThat(results)
        .containsExactly(
            Studies.result("plain", 1, 1),
            Studies.result("plain", 2, 2),
            Studies.result("masks", 1, 1),
            Studies.result("masks", 2, 2),
            Studies.result("copy", 1, 1));
  }

  @Test
  void finishedCellsAreSkipped() {
    List<CellResult> first = run(Studies.study(), this::train);
    trained.clear();
    assertThat(run(Studies.study(), this::train)).isEqualTo(first);
    assertThat(trained).isEmpty();
    run(Studies.study().withSeeds(List.of(1L, 2L, 3L)), this::train);
    assertThat(trained).containsExactly("plain 3", "masks 3");
  }

  /** A kill leaves nothing of the cell that was being trained. */
  @Test
  void afterAKillItGoesOnWithTheCellThatWasNotFinished() {
    assertThatThrownBy(
            () ->
                run(
                    Studies.study(),
                    (cell, seed) -> {
                      if (cell.name().equals("masks")) {
                        throw new IllegalStateException("killed");
                      }
                      return train(cell, seed);
                    }))
        .hasMessage("killed");
    assertThat(trained).containsExactly("plain 1");
    run(Studies.study(), this::train);
    assertThat(trained).containsExactly("plain 1", "masks 1", "copy 1", "plain 2", "masks 2");
  }

  @Test
  void noCellFollowsATrainingThatWasStopped() {
    List<CellResult> results =
        run(
            Studies.study(),
            (cell, seed) -> cell.name().equals("masks") ? Optional.empty() : train(cell, seed));
    assertThat(trained).containsExactly("plain 1");
    assertThat(results).containsExactly(Studies.result("plain", 1, 1));
  }

  @Test
  void aChangedDefinitionIsRefused() {
    folder.begin(Studies.study(), recipe("training.steps=15"));
    folder.begin(Studies.study(), recipe()); // No cell is finished yet.
    run(Studies.study(), this::train);
    folder.begin(Studies.study(), recipe("training.time-limit=1h"));
    assertThatThrownBy(() -> folder.begin(Studies.study(), recipe("training.steps=20")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The study in file:"
                + directory
                + " was begun with another value of training.steps: name another folder (--set"
                + " run.directory=DIR), or start over with --fresh.");
    Study measures = Studies.study("measures = [{ kind = lengths }, { kind = order }]");
    assertThatThrownBy(() -> folder.begin(measures, recipe()))
        .hasMessageContaining("was begun with another value of measures:");
    Study cells = Studies.study("cells = [{ name = masks, set { objective = bart } }]");
    assertThatThrownBy(() -> folder.begin(cells, recipe()))
        .hasMessageContaining("was begun with another value of the cell 'masks':");
  }

  @Test
  void cellsAndSeedsMayBeAdded() throws IOException {
    folder.begin(Studies.study(), recipe());
    run(Studies.study(), this::train);
    Study more =
        Studies.study("cells = [{ name = masks, set { objective = token-masking } }, {name = b}]");
    folder.begin(more.withSeeds(List.of(9L)), recipe());
    assertThat(Files.readString(directory.resolve("study.json"))).contains("\"seeds\" : [ 9 ]");
  }
}
