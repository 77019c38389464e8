package org.palimpsest.bench.rounds;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Curves of finished runs with several exchanges, in a file with one line per point. */
final class Curves {
  private final Path file;

  private Curves(Path file) {
    this.file = file;
  }

  /** The curves of {@code points.tsv} in the folder, which is created if missing. */
  static Curves in(Path folder) throws IOException {
    Path file = folder.resolve("points.tsv");
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    return new Curves(file);
  }

  /**
   * A point of a curve.
   *
   * @param exchange what the workers exchange, and how often
   * @param workers number of workers
   * @param step the global step
   * @param loss held-out loss, in nats per target token
   * @param bytes bytes that all workers have sent so far
   */
  record Point(String exchange, int workers, long step, double loss, long bytes) {
    String curve() {
      return name(exchange, workers);
    }

    private String line() {
      return String.format(
          Locale.ROOT, "%s\t%d\t%d\t%.4f\t%d\n", exchange, workers, step, loss, bytes);
    }

    private static Point of(String line) {
      String[] fields = line.split("\t", -1);
      return new Point(
          fields[0],
          Integer.parseInt(fields[1]),
          Long.parseLong(fields[2]),
          Double.parseDouble(fields[3]),
          Long.parseLong(fields[4]));
    }
  }

  static String name(String exchange, int workers) {
    return exchange + ", W = " + workers;
  }

  /** Adds the curve of a finished run. */
  void add(List<Point> curve) {
    String lines = curve.stream().map(Point::line).collect(Collectors.joining());
    try {
      Files.writeString(file, lines, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean contain(String exchange, int workers) {
    return byName().containsKey(name(exchange, workers));
  }

  /** The points of each curve, in the order of measurement. */
  Map<String, List<Point>> byName() {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(Point::of)
          .collect(Collectors.groupingBy(Point::curve, LinkedHashMap::new, Collectors.toList()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A Markdown table of the end of each curve, compared with joint gradients and as many workers.
   *
   * @param warmUp steps with joint gradients before the rounds, whose bytes are not counted
   */
  String table(long warmUp) {
    Map<String, List<Point>> curves = byName();
    StringBuilder table =
        new StringBuilder(
            """
            | exchange | held-out loss | relative to joint | total bytes | after the warm-up | share of joint |
            |---|---|---|---|---|---|
            """);
    for (Map.Entry<String, List<Point>> curve : curves.entrySet()) {
      Point end = end(curve.getValue());
      List<Point> joint = curves.get(name(Quality.JOINT, end.workers()));
      long bytes = bytesSince(curve.getValue(), warmUp);
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %.3f | %+.1f %% | %,d | %,d | %.2f %% |\n",
              curve.getKey(),
              end.loss(),
              100 * (end.loss() / end(joint).loss() - 1),
              end.bytes(),
              bytes,
              100.0 * bytes / bytesSince(joint, warmUp)));
    }
    return table.toString();
  }

  private static Point end(List<Point> curve) {
    return curve.get(curve.size() - 1);
  }

  private static long bytesSince(List<Point> curve, long step) {
    long before =
        curve.stream()
            .filter(point -> point.step() <= step)
            .mapToLong(Point::bytes)
            .max()
            .orElse(0);
    return end(curve).bytes() - before;
  }
}
