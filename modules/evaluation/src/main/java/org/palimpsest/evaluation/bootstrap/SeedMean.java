package org.palimpsest.evaluation.bootstrap;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A mean over trainings with several seeds, and how sure it is. Both parts say which values another
 * sample might give: other seeds, or other documents. The documents are the same for all seeds, so
 * models that are compared on them differ by the first part only.
 *
 * @param value the mean
 * @param seeds half of its 95 % interval over seeds by Student's t; empty with one seed
 * @param documents half of its 95 % interval over documents, the mean of those of the seeds; empty
 *     if it is no mean over documents
 * @param count number of seeds
 */
public record SeedMean(double value, OptionalDouble seeds, OptionalDouble documents, int count) {

  /**
   * The mean of the estimates of one figure.
   *
   * @param estimates one for each seed, at least one
   */
  public static SeedMean of(List<Estimate> estimates) {
    int count = estimates.size();
    double mean = estimates.stream().mapToDouble(Estimate::value).average().orElseThrow();
    OptionalDouble documents =
        estimates.stream()
            .flatMap(one -> one.interval().stream())
            .mapToDouble(interval -> (interval.high() - interval.low()) / 2)
            .average();
    return new SeedMean(mean, ofSeeds(estimates, mean), documents, count);
  }

  private static OptionalDouble ofSeeds(List<Estimate> estimates, double mean) {
    int count = estimates.size();
    if (count < 2) {
      return OptionalDouble.empty();
    }
    double squares = estimates.stream().mapToDouble(one -> square(one.value() - mean)).sum();
    double error = Math.sqrt(squares / (count - 1) / count);
    double t = Student.quantile(1 - (1 - Bootstrap.LEVEL) / 2, count - 1);
    return OptionalDouble.of(t * error);
  }

  private static double square(double value) {
    return value * value;
  }

  /** Half of an interval over both: the two parts are independent. */
  public double half() {
    return Math.hypot(seeds.orElse(0), documents.orElse(0));
  }
}
