package org.palimpsest.cli.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;

class StudyTest {
  private static final Path SHIPPED = Path.of("../../conf/studies");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"robustness", "corruption", "efficiency", "correction", "long-range"})
  void theShippedStudiesAreValid(String name) {
    Study study = Study.load(name, SHIPPED, List.of());
    assertThat(study.name()).isEqualTo(name);
    Recipe recipe = Recipe.of(study.recipe());
    assertThat(recipe.directory()).isEqualTo("runs/studies/" + name);
    for (Cell cell : study.cells()) {
      Recipe first = recipe.with(cell.set());
      assertThat(Objectives.parse(first.objective())).isNotNull();
      Recipe last = first.with(cell.then().orElse(List.of()));
      assertThat(Objectives.parse(last.objective())).isNotNull();
    }
    assertThat(study.measures()).isNotEmpty();
    assertThat(study.plots()).isNotEmpty();
  }

  @Test
  void anUnknownNameListsTheStudies() {
    assertThatThrownBy(() -> Study.load("robustnes", SHIPPED, List.of()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The study 'robustnes' is unknown; did you mean 'robustness'? (known are correction,"
                + " corruption, efficiency, long-range, robustness.)");
  }

  @Test
  void aFileOfOnesOwnIsAStudy() throws IOException {
    Path file = folder.resolve("mine.conf");
    assertThatThrownBy(() -> Study.load(file.toString(), SHIPPED, List.of()))
        .hasMessage("The study " + file + " does not exist: check the path.");
    Files.writeString(
        file,
        "title = t, question = q, recipe {}, seeds = [4], cells = [{name = a}], measures = [{kind ="
            + " lengths}], plots = []");
    assertThat(Study.load(file.toString(), SHIPPED, List.of()).name()).isEqualTo("mine");
    Files.writeString(file, "title = t, question");
    assertThatThrownBy(() -> Study.load(file.toString(), SHIPPED, List.of()))
        .hasMessageStartingWith("The study " + file + " cannot be read: ");
  }

  @Test
  void aGridStandsForAllCombinations() {
    Study study =
        Studies.study(
            """
            cells = [{ name = spans, set { objective.preset = text-infilling }
              grid { objective.noise.density = [0.1, 0.5], objective.noise.mean-span-length = [3, 10] } }]
            """);
    assertThat(study.cells().stream().map(Cell::name))
        .containsExactly(
            "spans, density 0.1, mean span length 3",
            "spans, density 0.1, mean span length 10",
            "spans, density 0.5, mean span length 3",
            "spans, density 0.5, mean span length 10");
    assertThat(study.cells().get(3).set())
        .containsExactly(
            "objective={\"preset\":\"text-infilling\"}",
            "objective.noise.density=0.5",
            "objective.noise.mean-span-length=10");
    assertThat(study.cells().get(3).slug()).isEqualTo("spans-density-0.5-mean-span-length-10");
  }

  @Test
  void baselinesAreMeasuredOnce() {
    Study study = Studies.study();
    assertThat(study.size()).isEqualTo(5);
    assertThat(study.cells().get(2).baseline()).isEqualTo(Optional.of("copy"));
    assertThat(study.withSeeds(List.of(7L, 8L, 9L)).size()).isEqualTo(7);
  }

  @Test
  void wrongKeysAndNamesAreRefused() {
    assertThatThrownBy(() -> Studies.study("seed = 3"))
        .hasMessageStartingWith("Key 'seed' of the study small is unknown; did you mean 'seeds'?");
    assertThatThrownBy(() -> Studies.study("seeds = []"))
        .hasMessage("Key 'seeds' of the study small is empty: list at least one.");
    assertThatThrownBy(() -> Studies.study("cells = [{ name = a, sett {} }]"))
        .hasMessageStartingWith("Key 'cells.0.sett' is unknown; did you mean 'set'?");
    assertThatThrownBy(() -> Studies.study("cells = [{ set {} }]"))
        .hasMessage("Key 'cells.0.name' is missing: give the cell a name.");
    assertThatThrownBy(() -> Studies.study("cells = [{ name = a }, { name = A }]"))
        .hasMessage("Two cells of the study are named 'A': give each a name of its own.");
    assertThatThrownBy(() -> Studies.study("cells = [{ name = a, baseline = coppy }]"))
        .hasMessageStartingWith("Key 'cells.0.baseline' is 'coppy'; did you mean 'copy'?");
    assertThatThrownBy(() -> Studies.study("cells = [{ name = a, grid { seed = 3 } }]"))
        .hasMessage("Key 'cells.0.grid.seed' must be a list of values.");
  }

  @Test
  void keysOfTheDefinitionCanBeSet() {
    Study study =
        Study.load("correction", SHIPPED, List.of("seeds=[7]", "shared.fine-tuning-steps=9"));
    assertThat(study.seeds()).containsExactly(7L);
    Cell last = study.cells().get(study.cells().size() - 1);
    assertThat(last.then().orElseThrow()).contains("training={\"steps\":9}");
  }
}
