package org.palimpsest.cli.invocation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code RUN/metrics.prom} in Prometheus' text format, for the textfile collector of node_exporter.
 * A reader sees the old file or the new one, whole.
 */
final class PrometheusFile {
  static final String NAME = "metrics.prom";
  private static final Logger LOG = LoggerFactory.getLogger(PrometheusFile.class);

  private final StoredFolder run;

  PrometheusFile(StoredFolder run) {
    this.run = run;
  }

  /** The values of one moment, in order. */
  static final class Values {
    private record Gauge(String name, String help, double value) {}

    private final List<Gauge> gauges = new ArrayList<>();

    /** Adds a gauge; one that is not known is left out. */
    Values add(String name, String help, OptionalDouble value) {
      value.stream()
          .filter(Double::isFinite)
          .forEach(known -> gauges.add(new Gauge("palimpsest_" + name, help, known)));
      return this;
    }

    Values add(String name, String help, OptionalLong value) {
      return add(name, help, asDouble(value));
    }

    /** Whole numbers up to 2<sup>53</sup> stay what they are. */
    private static OptionalDouble asDouble(OptionalLong value) {
      return value.isPresent()
          ? OptionalDouble.of((double) value.getAsLong())
          : OptionalDouble.empty();
    }

    /** Adds what is known from the ends of invocations, oldest first. */
    Values addPast(List<HistoryLine> past) {
      List<HistoryLine> good = past.stream().filter(line -> !line.isFailure()).toList();
      return add(
              "last_exit_code",
              "Exit code of the last invocation that ended.",
              last(past, line -> line.number("exitCode")))
          .add(
              "last_end_timestamp_seconds",
              "When the last invocation ended.",
              last(past, Values::end))
          .add(
              "last_success_timestamp_seconds",
              "When the last invocation ended that did not fail.",
              last(good, Values::end));
    }

    private static OptionalDouble last(
        List<HistoryLine> lines, Function<HistoryLine, OptionalDouble> value) {
      return lines.stream()
          .map(value)
          .filter(OptionalDouble::isPresent)
          .reduce(OptionalDouble.empty(), (before, after) -> after);
    }

    private static OptionalDouble end(HistoryLine line) {
      return line.ended()
          .map(end -> OptionalDouble.of((double) end.getEpochSecond()))
          .orElse(OptionalDouble.empty());
    }

    /** The text of the file. */
    String text(String run) {
      StringBuilder text = new StringBuilder();
      String label = run.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      for (Gauge gauge : gauges) {
        text.append("# HELP ").append(gauge.name).append(' ').append(gauge.help).append('\n');
        text.append("# TYPE ").append(gauge.name).append(" gauge\n");
        text.append(gauge.name).append("{run=\"").append(label).append("\"} ");
        text.append(number(gauge.value)).append('\n');
      }
      return text.toString();
    }

    private static String number(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? String.format(Locale.ROOT, "%.0f", value)
          : Double.toString(value);
    }
  }

  /** Replaces the file; a failure is logged. */
  void write(Values values) {
    String text = values.text(Secrets.redacted(run.path().toString()));
    try {
      StoredFile unused =
          run.replace(NAME, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    } catch (PalimpsestException e) {
      LOG.warn("The metrics of the run could not be written: {}", e.getMessage());
    }
  }
}
