package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.palimpsest.objective.ExampleStatistics;
import org.palimpsest.objective.LengthHistogram;

/** Prints statistics of an objective over many examples. */
final class StatisticsPrinter {
  private static final int BINS = 10;
  private static final int BAR = 40;

  private final Console console;
  private final String objective;
  private final int blockTokens;

  StatisticsPrinter(Console console, String objective, int blockTokens) {
    this.console = console;
    this.objective = objective;
    this.blockTokens = blockTokens;
  }

  /** A table, and a histogram of the lengths. */
  void text(ExampleStatistics statistics) {
    console.print(
        console
            .style()
            .strong(
                format(
                    "%,d examples of %s, blocks of up to %,d tokens",
                    statistics.examples(), objective, blockTokens)));
    fact("corrupted share", "%.4f", statistics.noiseShare());
    fact("moved share", "%.4f", statistics.movedShare());
    fact("spans per example", "%.2f", statistics.spansPerExample());
    if (statistics.spansPerExample() > 0) {
      fact("mean span length", "%.3f", statistics.meanSpanLength());
    }
    fact("overflowed spans", "%,d", statistics.overflowedSpans());
    fact(
        "positions per raw token",
        "%.3f (encoder %.3f, decoder %.3f, with a loss %.3f)",
        statistics.encoderPositions() + statistics.decoderPositions(),
        statistics.encoderPositions(),
        statistics.decoderPositions(),
        statistics.countedPositions());
    lengths("source", statistics.source());
    lengths("target", statistics.target());
  }

  private void fact(String name, String format, Object... values) {
    console.print(format("%-24s %s", name, format(format, values)));
  }

  private void lengths(String name, LengthHistogram lengths) {
    fact(
        name + " length",
        "mean %.1f, from %d to %d; %.1f %% padding if all rows have the longest length",
        lengths.mean(),
        lengths.shortest(),
        lengths.longest(),
        100 * lengths.padding());
    List<LengthHistogram.Bin> bins = lengths.bins(BINS);
    long most = bins.stream().mapToLong(LengthHistogram.Bin::count).max().orElse(1);
    for (LengthHistogram.Bin bin : bins) {
      String bar = "#".repeat((int) ((BAR * bin.count() + most - 1) / most));
      console.print(format("  %5d-%-5d %,9d %s", bin.from(), bin.to(), bin.count(), bar).strip());
    }
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** One JSON object. */
  void json(ExampleStatistics statistics) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("objective", objective);
    object.put("examples", statistics.examples());
    object.put("blockTokens", blockTokens);
    object.put("noiseShare", statistics.noiseShare());
    object.put("movedShare", statistics.movedShare());
    object.put("spansPerExample", statistics.spansPerExample());
    object.put(
        "meanSpanLength", statistics.spansPerExample() > 0 ? statistics.meanSpanLength() : null);
    object.put("overflowedSpans", statistics.overflowedSpans());
    object.put("encoderPositionsPerRawToken", statistics.encoderPositions());
    object.put("decoderPositionsPerRawToken", statistics.decoderPositions());
    object.put("countedPositionsPerRawToken", statistics.countedPositions());
    object.put("source", facts(statistics.source()));
    object.put("target", facts(statistics.target()));
    console.print(Json.line(object));
  }

  private static Map<String, Object> facts(LengthHistogram lengths) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("mean", lengths.mean());
    object.put("shortest", lengths.shortest());
    object.put("median", lengths.quantile(0.5));
    object.put("percentile99", lengths.quantile(0.99));
    object.put("longest", lengths.longest());
    object.put("padding", lengths.padding());
    object.put("histogram", lengths.bins(BINS));
    return object;
  }
}
