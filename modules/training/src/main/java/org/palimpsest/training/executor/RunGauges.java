package org.palimpsest.training.executor;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.function.ToDoubleFunction;
import org.palimpsest.training.event.Progress;

/**
 * The last progress that reached the driver, for Spark's metrics system. If a session has several
 * runs, the gauges show the run that made progress last.
 */
public final class RunGauges {
  private volatile Progress last;

  public void note(Progress progress) {
    last = progress;
  }

  public void register(MetricRegistry registry) {
    gauge(registry, "run.step", Progress::step);
    gauge(registry, "run.totalSteps", Progress::totalSteps);
    gauge(registry, "run.loss", Progress::loss);
    gauge(registry, "run.learningRate", Progress::learningRate);
    gauge(registry, "run.targetTokens", Progress::targetTokens);
    gauge(registry, "run.targetTokensPerSecond", Progress::targetTokensPerSecond);
    gauge(registry, "run.waitingShare", Progress::waitingShare);
    gauge(registry, "run.bytesExchanged", Progress::bytesExchanged);
    gauge(registry, "run.skippedSteps", Progress::skippedSteps);
    gauge(registry, "run.secondsLeft", Progress::secondsLeft);
  }

  private void gauge(MetricRegistry registry, String name, ToDoubleFunction<Progress> value) {
    Gauge<Double> gauge = () -> last == null ? 0 : value.applyAsDouble(last);
    registry.register(name, gauge);
  }
}
