package org.palimpsest.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The training loss of a run over intervals of steps.
 *
 * @param points of the run, in the order of steps
 */
public record RunCurve(List<Report.CurvePoint> points) {
  public RunCurve {
    points = List.copyOf(points);
  }

  /**
   * An interval of steps.
   *
   * @param step its last step
   * @param rawTokens raw tokens read until then
   * @param seconds training time until then
   * @param loss mean over the interval, in nats per target token
   */
  public record Interval(long step, long rawTokens, double seconds, double loss) {}

  /** The last step of the run; 0 without any. */
  public long lastStep() {
    return points.isEmpty() ? 0 : points.get(points.size() - 1).step();
  }

  /**
   * Cuts the run into intervals of equal length; the last one may be shorter.
   *
   * @param count number of intervals, at least 1
   */
  public List<Interval> intervals(int count) {
    List<Interval> intervals = new ArrayList<>();
    long last = lastStep();
    for (int i = 1; i <= count && last > 0; i++) {
      long from = last * (i - 1) / count;
      long to = last * i / count;
      Report.CurvePoint end = newest(to);
      OptionalDouble loss = mean(from, to);
      if (loss.isPresent()) {
        intervals.add(new Interval(to, end.rawTokens(), end.seconds(), loss.getAsDouble()));
      }
    }
    return intervals;
  }

  /**
   * The mean loss after one step, up to and with another one, weighted by tokens; empty if the run
   * has no point there.
   */
  public OptionalDouble mean(long from, long to) {
    double sum = 0;
    long tokens = 0;
    long before = 0;
    for (Report.CurvePoint point : points) {
      if (point.step() > from && point.step() <= to) {
        long read = Math.max(1, point.rawTokens() - before);
        sum += point.loss() * read;
        tokens += read;
      }
      before = point.rawTokens();
    }
    return tokens == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / tokens);
  }

  private Report.CurvePoint newest(long step) {
    Report.CurvePoint newest = points.get(0);
    for (Report.CurvePoint point : points) {
      if (point.step() <= step) {
        newest = point;
      }
    }
    return newest;
  }
}
