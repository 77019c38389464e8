package org.palimpsest.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.palimpsest.base.PalimpsestException;

/**
 * The training loss that a recipe is expected to have, with a band around it. Its file is a table
 * of comma-separated values:
 *
 * <pre>{@code
 * step,loss,band
 * 360,6.412,0.150
 * 720,5.876,0.150
 * }</pre>
 *
 * @param rows in the order of steps
 */
public record ExpectedCurve(List<Row> rows) {
  private static final String HEADING = "step,loss,band";

  public ExpectedCurve {
    rows = List.copyOf(rows);
  }

  /**
   * The expectation for an interval of steps, which begins after the step of the row before.
   *
   * @param step the interval's last step
   * @param loss its mean, in nats per target token
   * @param band accepted distance from the loss, in nats
   */
  public record Row(long step, double loss, double band) {}

  /**
   * A row that a run has reached.
   *
   * @param expected the row
   * @param loss of the run, in nats per target token
   */
  public record Compared(Row expected, double loss) {
    /** Whether the run is within the band. */
    public boolean isInside() {
      return Math.abs(loss - expected.loss()) <= expected.band();
    }

    /** {@code above} or {@code below}. */
    public String side() {
      return loss > expected.loss() ? "above" : "below";
    }
  }

  /** The curve of a run as an expectation for others. */
  public static ExpectedCurve of(RunCurve run, int intervals, double band) {
    return new ExpectedCurve(
        run.intervals(intervals).stream()
            .map(interval -> new Row(interval.step(), interval.loss(), band))
            .toList());
  }

  /**
   * Reads a file.
   *
   * @param name of the file, for messages
   */
  public static ExpectedCurve parse(String name, List<String> lines) {
    if (lines.isEmpty() || !lines.get(0).strip().equals(HEADING)) {
      throw PalimpsestException.input(
          name
              + " is no expected curve because its first line is not \""
              + HEADING
              + "\": write one with palimpsest curve --write FILE.");
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        rows.add(row(name, i + 1, lines.get(i)));
      }
    }
    return new ExpectedCurve(rows);
  }

  private static Row row(String name, int number, String line) {
    try {
      String[] cells = line.split(",", -1);
      Row row =
          new Row(
              Long.parseLong(cells[0].strip()),
              Double.parseDouble(cells[1].strip()),
              Double.parseDouble(cells[2].strip()));
      if (cells.length == 3 && row.step() > 0 && row.band() >= 0 && Double.isFinite(row.loss())) {
        return row;
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      // Said below, with the cases that parse.
    }
    throw PalimpsestException.input(
        "Line %d of %s is not a step, a loss, and a band: \"%s\"; correct it, or write the file again with palimpsest curve --write FILE."
            .formatted(number, name, line));
  }

  /** The file's text. */
  public String text() {
    return rows.stream()
        .map(
            row -> String.format(Locale.ROOT, "%d,%.3f,%.3f\n", row.step(), row.loss(), row.band()))
        .collect(Collectors.joining("", HEADING + "\n", ""));
  }

  /** The rows that a run has reached, with its losses. */
  public List<Compared> compare(RunCurve run) {
    List<Compared> compared = new ArrayList<>();
    long from = 0;
    for (Row row : rows) {
      OptionalDouble loss = run.mean(from, row.step());
      if (row.step() <= run.lastStep() && loss.isPresent()) {
        compared.add(new Compared(row, loss.getAsDouble()));
      }
      from = row.step();
    }
    return compared;
  }
}
