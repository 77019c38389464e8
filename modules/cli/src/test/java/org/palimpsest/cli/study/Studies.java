package org.palimpsest.cli.study;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Optional;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.evaluation.bootstrap.Interval;
import org.palimpsest.evaluation.measure.Figure;

/** Studies and results for tests. */
final class Studies {
  private static final String DEFINITION =
      """
      title = "A small study"
      question = "Is a < b?"
      recipe { training.steps = 10 }
      seeds = [1, 2]
      cells = [
        { name = plain, set { objective = autoencoder } }
        { name = masks, set { objective = token-masking } }
        { name = copy, baseline = copy }
      ]
      measures = [{ kind = lengths }]
      plots = ["error rate", "loss"]
      """;

  private Studies() {}

  /** The study with some keys replaced. */
  static Study study(String changes) {
    return Study.from(
        "small",
        ConfigFactory.parseString(changes)
            .withFallback(ConfigFactory.parseString(DEFINITION))
            .resolve());
  }

  static Study study() {
    return study("");
  }

  static Figure figure(String name, String of, double at, double value) {
    Interval interval = new Interval(value - 0.1, value + 0.1);
    return new Figure(name, of, at, new Estimate(value, Optional.of(interval), 1));
  }

  /** An error rate at two strengths, and a loss. */
  static CellResult result(String cell, long seed, double value) {
    return new CellResult(
        cell,
        seed,
        2.5,
        List.of(
            figure("error rate", "typing", 0.05, value),
            figure("error rate", "typing", 0.1, 2 * value),
            figure("loss", "", 0, 10 * value)));
  }
}
