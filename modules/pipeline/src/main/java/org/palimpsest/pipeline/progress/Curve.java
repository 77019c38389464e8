package org.palimpsest.pipeline.progress;

import java.util.ArrayList;
import java.util.List;

/**
 * The loss by step in at most {@value #MOST} points. Each point is the mean of a number of
 * consecutive measurements, which doubles when there are too many points.
 */
final class Curve {
  private static final int MOST = 512;

  private final List<double[]> points = new ArrayList<>();
  private int perPoint = 1;
  private int inLast = 1;

  /** Adds a measurement; one that is not a number is left out. */
  void add(long step, double loss) {
    if (!Double.isFinite(loss)) {
      return;
    }
    if (!points.isEmpty() && inLast < perPoint) {
      merge(points.get(points.size() - 1), (double) step, loss, inLast);
      inLast++;
      return;
    }
    points.add(new double[] {(double) step, loss});
    inLast = 1;
    if (points.size() > MOST) {
      halve();
    }
  }

  private static void merge(double[] point, double step, double loss, int weight) {
    point[0] = step;
    point[1] = (point[1] * weight + loss) / (weight + 1);
  }

  private void halve() {
    List<double[]> halved = new ArrayList<>();
    for (int i = 0; i + 1 < points.size(); i += 2) {
      double[] point = points.get(i).clone();
      merge(point, points.get(i + 1)[0], points.get(i + 1)[1], 1);
      halved.add(point);
    }
    if (points.size() % 2 == 1) {
      halved.add(points.get(points.size() - 1));
    }
    points.clear();
    points.addAll(halved);
    perPoint *= 2;
  }

  /** Drops what is after a step, because the run repeats it. */
  void rewindTo(long step) {
    points.removeIf(point -> point[0] > step);
    inLast = perPoint;
  }

  /** Pairs of step and loss. */
  List<List<Number>> points() {
    return points.stream().map(p -> List.<Number>of((long) p[0], p[1])).toList();
  }
}
