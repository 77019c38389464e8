package org.palimpsest.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;

/**
 * The points at which an operation of so many calls may fail.
 *
 * @param calls that the operation makes without a fault
 */
public record FaultMatrix(int calls) {

  /** One failure: this call, in this way. */
  public record Point(int call, Way way, Extent extent) {
    @Override
    public String toString() {
      return "call " + call + " " + way + " " + extent;
    }
  }

  /** A test of one point, which may run beside others. */
  public interface Test {
    void at(Point point) throws Exception;
  }

  /** All points; calls that hang are left to tests of deadlines, errors to tests of threads. */
  public List<Point> all() {
    return everyNth(1);
  }

  /** A part of the points: every way meets every n-th call, each another one. */
  public List<Point> everyNth(int n) {
    List<Point> points = new ArrayList<>();
    List<Way> ways = List.of(Way.values());
    List<Extent> extents = List.of(Extent.values());
    for (Extent extent : extents) {
      for (Way way : ways) {
        int first = 1 + (ways.indexOf(way) * 3 + extents.indexOf(extent) * 5) % n;
        for (int call = first; call <= calls && isTested(way); call += n) {
          points.add(new Point(call, way, extent));
        }
      }
    }
    return points;
  }

  private static boolean isTested(Way way) {
    return way != Way.HANG && !way.isOfTheProcess();
  }

  /**
   * As {@link #everyNth}, without failures that last: they are retried for seconds. Only a lasting
   * denial is not.
   */
  public List<Point> everyNthQuickly(int n) {
    return everyNth(n).stream()
        .filter(
            point ->
                point.extent() == Extent.ONCE
                    || point.way() == Way.ACCESS_DENIED
                    || point.way() == Way.DENIED_AS_NOT_FOUND)
        .toList();
  }

  /** Tests the points, many at once: they mostly wait for another attempt. */
  public static void test(List<Point> points, Test test) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(32);
    try {
      List<Future<Boolean>> tests = new ArrayList<>();
      for (Point point : points) {
        tests.add(
            threads.submit(
                () -> {
                  test.at(point);
                  return true;
                }));
      }
      for (int i = 0; i < tests.size(); i++) {
        await(tests.get(i), points.get(i));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(Future<Boolean> test, Point point) throws InterruptedException {
    try {
      boolean unused = test.get();
    } catch (ExecutionException e) {
      throw new AssertionError("at " + point + ": " + e.getCause().getMessage(), e.getCause());
    }
  }
}
