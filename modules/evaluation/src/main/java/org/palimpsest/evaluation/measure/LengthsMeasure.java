package org.palimpsest.evaluation.measure;

import java.util.List;
import java.util.Optional;
import org.palimpsest.corpus.examples.TokenizedObjective;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.ExampleStatistics;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;

/**
 * What the objective of a training costs: {@code source tokens}, {@code target tokens}, and {@code
 * counted tokens}, those with a loss, of a block, in the mean over the first training blocks.
 */
record LengthsMeasure() implements Measure {
  private static final int BLOCKS = 512;

  static Measure from(MeasureSettings settings) {
    settings.requireOnly(List.of("kind", "stage"));
    return new LengthsMeasure();
  }

  @Override
  public List<Figure> of(Subject subject) {
    if (!(subject.by() instanceof Subject.Model)) {
      return List.of();
    }
    ExampleStatistics found = statistics(subject.recipe(), subject.corpus());
    double examples = found.examples();
    return List.of(
        figure("source tokens", found.source().sum() / examples),
        figure("target tokens", found.target().sum() / examples),
        figure("counted tokens", found.countedPositions() * rawTokens(found) / examples));
  }

  private static double rawTokens(ExampleStatistics found) {
    return found.source().sum() / found.encoderPositions();
  }

  private static Figure figure(String name, double value) {
    return new Figure(name, "", 0, new Estimate(value, Optional.empty(), 1));
  }

  /** Lengths of examples that the recipe's objective makes of training blocks. */
  static ExampleStatistics statistics(Recipe recipe, Corpus corpus) {
    Objective objective =
        TokenizedObjective.of(Objectives.parse(recipe.objective()), corpus.tokenizerFile());
    Corruptor corruptor = objective.corruptor(corpus.vocabulary(), corpus.blockSize());
    ExampleStatistics statistics = new ExampleStatistics();
    try (BlockReader reader = corpus.training().asStored(0, 1)) {
      for (int block = 0; block < BLOCKS && reader.hasNext(); block++) {
        statistics.add(corruptor.corrupt(reader.next().block(), recipe.seed(), 0));
      }
    }
    return statistics;
  }
}
