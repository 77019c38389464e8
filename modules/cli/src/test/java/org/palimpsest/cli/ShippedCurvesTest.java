package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.cli.report.ExpectedCurve;
import org.palimpsest.training.config.Recipe;

class ShippedCurvesTest {
  static List<Path> curves() {
    return RepositoryFiles.list("conf/curves");
  }

  @ParameterizedTest
  @MethodSource("curves")
  void endsWithTheLastStepOfTheRecipeOfItsName(Path file) throws IOException {
    String name = file.getFileName().toString();
    ExpectedCurve curve = ExpectedCurve.parse(name, Files.readAllLines(file));
    Recipe recipe = Recipe.load(MarkdownPage.ROOT.resolve("conf/" + name.replace(".csv", ".conf")));
    assertThat(curve.rows().get(curve.rows().size() - 1).step())
        .isEqualTo(recipe.config().getLong("training.steps"));
    assertThat(curve.rows()).allMatch(row -> row.band() > 0 && row.loss() > 0);
  }
}
