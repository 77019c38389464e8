package org.palimpsest.cli;

import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.tasks.denoising.Doctor;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.preflight.Finding;

/** The checks of a night before it trains. */
final class NightCheck {
  private NightCheck() {}

  /**
   * Checks the cluster, and prints what is not as it should be.
   *
   * @return a summary
   * @throws PalimpsestException of kind CLUSTER with the first check that failed
   */
  static String pass(Recipe recipe, Console console) {
    List<Finding> findings = new Doctor(recipe, CliEnvironment.spark()).examine();
    findings.stream()
        .filter(finding -> finding.verdict() == Finding.Verdict.WARN)
        .forEach(finding -> console.warn(finding.sentence()));
    List<Finding> failed = findings.stream().filter(Finding::isFailure).toList();
    if (!failed.isEmpty()) {
      String more =
          failed.size() == 1
              ? ""
              : " (%d more checks failed: run palimpsest doctor)".formatted(failed.size() - 1);
      throw PalimpsestException.cluster(
          "The cluster cannot train tonight%s: %s".formatted(more, failed.get(0).sentence()));
    }
    return findings.size() + " checks passed.";
  }
}
