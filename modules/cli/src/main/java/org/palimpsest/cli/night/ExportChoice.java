package org.palimpsest.cli.night;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.palimpsest.base.Section;
import org.palimpsest.training.config.Recipe;

/**
 * Whether a night exports its model, and why.
 *
 * @param verdict what is done
 * @param sentence why, for people
 */
public record ExportChoice(Verdict verdict, String sentence) {

  /** What is done with the model of a night. */
  public enum Verdict {
    EXPORT,
    /** The exported model stays, and nothing is wrong. */
    KEEP,
    /** The exported model stays, because the new one is worse or the training went wrong. */
    ALARM
  }

  /**
   * How far a night may be worse.
   *
   * @param heldOut share by which the held-out loss may exceed that of the exported model
   * @param training share by which the training loss may exceed the median of the last nights
   */
  public record Tolerance(double heldOut, double training) {
    /** Reads the section {@code nightly}. */
    public static Tolerance from(Recipe recipe) {
      Section nightly = new Section("nightly", recipe.section("nightly"));
      return new Tolerance(nightly.atLeastZero("tolerance"), nightly.atLeastZero("loss-tolerance"));
    }
  }

  /**
   * Decides.
   *
   * @param loss held-out loss of the new model
   * @param exported held-out loss of the exported model on the same text; empty without one
   * @param isFinished whether the run has made all its steps, or ended early
   * @param tonight training loss at the end of this night; empty if it did not train
   * @param lastNights training losses at the ends of earlier nights
   */
  public static ExportChoice of(
      double loss,
      Optional<Double> exported,
      boolean isFinished,
      OptionalDouble tonight,
      List<Double> lastNights,
      Tolerance tolerance) {
    if (!Double.isFinite(loss)) {
      return new ExportChoice(Verdict.ALARM, kept("the held-out loss is not a number"));
    }
    Optional<String> jump = jump(tonight, lastNights, tolerance.training());
    if (exported.isEmpty()) {
      return jump.map(why -> new ExportChoice(Verdict.ALARM, "Nothing is exported: " + why + "."))
          .orElseGet(() -> export(text("held-out loss %.4f, the first export", loss)));
    }
    if (jump.isPresent()) {
      return new ExportChoice(Verdict.ALARM, kept(jump.get()));
    }
    double before = exported.get();
    if (loss > before * (1 + tolerance.heldOut())) {
      return new ExportChoice(
          Verdict.ALARM, kept(text("the held-out loss rose from %.4f to %.4f", before, loss)));
    }
    if (loss < before) {
      return export(text("held-out loss %.4f, before %.4f", loss, before));
    }
    return isFinished
        ? export(text("held-out loss %.4f, before %.4f, and the run is finished", loss, before))
        : new ExportChoice(
            Verdict.KEEP, kept(text("the held-out loss is %.4f, not below %.4f", loss, before)));
  }

  private static Optional<String> jump(
      OptionalDouble tonight, List<Double> lastNights, double tolerance) {
    if (tonight.isEmpty() || lastNights.isEmpty()) {
      return Optional.empty();
    }
    double usual = median(lastNights);
    double loss = tonight.getAsDouble();
    return loss <= usual * (1 + tolerance)
        ? Optional.empty()
        : Optional.of(
            text(
                "the training loss jumped to %.4f, where the last nights ended with about %.4f",
                loss, usual));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static ExportChoice export(String why) {
    return new ExportChoice(Verdict.EXPORT, "Exported: " + why + ".");
  }

  private static String kept(String why) {
    return "The older export is kept: " + why + ".";
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
