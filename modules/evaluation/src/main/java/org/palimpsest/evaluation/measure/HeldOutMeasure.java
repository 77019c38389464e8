package org.palimpsest.evaluation.measure;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.evaluation.Evaluation;
import org.palimpsest.evaluation.HeldOutScores;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.training.config.Recipe;

/**
 * Losses and accuracies on held-out text under an objective, which need not be the one of the
 * training: {@code loss}, {@code loss per byte}, {@code loss of lost tokens}, {@code accuracy of
 * lost tokens}, and the same of moved ones. Lost tokens are those that the noise removed or
 * replaced.
 *
 * @param name what the figures are of
 * @param objective as in a recipe
 */
record HeldOutMeasure(String name, Object objective) implements Measure {

  static Measure from(MeasureSettings settings) {
    settings.requireOnly(List.of("kind", "stage", "name", "objective"));
    return new HeldOutMeasure(settings.text("name", ""), settings.objective());
  }

  @Override
  public List<Figure> of(Subject subject) {
    return subject.by() instanceof Subject.Model by
        ? figures(
            Evaluation.of(under(subject.recipe()), subject.spark(), subject.corpus())
                .heldOut(by.model()))
        : List.of();
  }

  private Recipe under(Recipe recipe) {
    return underObjective(recipe, objective);
  }

  /** The recipe with another objective. */
  static Recipe underObjective(Recipe recipe, Object objective) {
    return recipe.fromScratch().with("objective=" + Hocon.render(objective));
  }

  private List<Figure> figures(HeldOutScores scores) {
    List<Figure> figures = new ArrayList<>();
    figures.add(figure("loss", scores.perToken()));
    figures.add(figure("loss per byte", scores.perByte()));
    scores.lost().ifPresent(part -> add(part, "lost tokens", figures));
    scores.moved().ifPresent(part -> add(part, "moved tokens", figures));
    return figures;
  }

  private void add(HeldOutScores.Part part, String of, List<Figure> figures) {
    figures.add(figure("loss of " + of, part.loss()));
    figures.add(figure("accuracy of " + of, part.accuracy()));
  }

  private Figure figure(String what, Estimate estimate) {
    return new Figure(what, name, 0, estimate);
  }
}
