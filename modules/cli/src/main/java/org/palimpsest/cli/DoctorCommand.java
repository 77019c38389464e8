package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.tasks.denoising.Doctor;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.preflight.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description =
        "Checks whether a recipe can be trained here, and unpacks the native libraries on every"
            + " executor's machine.",
    footer = {"", "Exit code 5 if a check fails. Does not start the run."})
final class DoctorCommand extends RecipeCommand {
  @Option(names = "--json", description = "Prints one JSON object per check.")
  private boolean json;

  DoctorCommand(Console console) {
    super(console);
  }

  @Override
  int run(Recipe recipe) {
    List<Finding> findings = new Doctor(recipe, CliEnvironment.spark()).examine();
    findings.forEach(finding -> console().print(json ? Json.line(facts(finding)) : line(finding)));
    return findings.stream().anyMatch(Finding::isFailure)
        ? PalimpsestException.Kind.CLUSTER.exitCode()
        : 0;
  }

  private static Map<String, Object> facts(Finding finding) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("check", finding.check());
    facts.put("verdict", finding.verdict().name().toLowerCase(Locale.ROOT));
    facts.put("sentence", finding.sentence());
    return facts;
  }

  private String line(Finding finding) {
    String verdict = finding.verdict().name().toLowerCase(Locale.ROOT);
    String start = String.format(Locale.ROOT, "%-4s  %-19s  ", verdict, finding.check());
    return (finding.verdict() == Finding.Verdict.OK ? start : console().style().strong(start))
        + finding.sentence();
  }
}
