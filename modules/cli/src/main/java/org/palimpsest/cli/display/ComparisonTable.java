package org.palimpsest.cli.display;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.palimpsest.evaluation.ModelComparison;
import org.palimpsest.evaluation.ModelComparison.Losses;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.evaluation.bootstrap.Interval;

/** A comparison of two models as a table of text, with a sentence that says what it shows. */
public final class ComparisonTable {
  private static final String FORMAT = "%-6s %-28s %-28s %s";

  private ComparisonTable() {}

  public static List<String> lines(ModelComparison comparison, AnsiStyle style) {
    List<String> lines = new ArrayList<>();
    lines.add(
        style.faint(FORMAT.formatted("", "nats per target token", "nats per UTF-8 byte", "model")));
    lines.add(line("A", comparison.first().losses(), comparison.first().model()));
    lines.add(line("B", comparison.second().losses(), comparison.second().model()));
    lines.add(style.strong(line("A - B", comparison.difference(), "").stripTrailing()));
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d target tokens of %,d blocks of %,d documents, corrupted by %s; 95 %% intervals by"
                + " a bootstrap over documents",
            comparison.sample().targetTokens(),
            comparison.sample().blocks(),
            comparison.documents(),
            comparison.objective()));
    lines.add(verdict(comparison));
    return lines;
  }

  private static String line(String name, Losses losses, String model) {
    return FORMAT.formatted(name, text(losses.perToken()), text(losses.perByte()), model);
  }

  private static String text(Estimate estimate) {
    return number(estimate.value())
        + estimate.interval().map(found -> " (" + text(found) + ")").orElse("");
  }

  static String text(Interval interval) {
    return number(interval.low()) + " to " + number(interval.high());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String verdict(ModelComparison comparison) {
    Estimate difference = comparison.difference().perToken();
    if (difference.interval().isEmpty()) {
      return "One document does not say which model is better.";
    }
    String chance = String.format(Locale.ROOT, "p = %.3f", difference.sign());
    if (!comparison.isDistinct()) {
      return "The text does not say which model is better (%s).".formatted(chance);
    }
    return "%s is better (%s).".formatted(difference.value() < 0 ? "A" : "B", chance);
  }
}
