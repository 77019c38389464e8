package org.palimpsest.training.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import org.junit.jupiter.api.Test;
import org.palimpsest.training.event.Progress;

class WorkerMeterTest {
  private final MetricRegistry registry = new MetricRegistry();

  @Test
  void sumsTheReplicasOfAProcess() {
    WorkerMeter meter = new WorkerMeter();
    meter.register(registry);
    WorkerMeter.Readings first = meter.readings();
    WorkerMeter.Readings second = meter.readings();

    first.take(5, 0.5, 100, 1000);
    second.take(5, 1.5, 50, 1000);
    first.take(5, 0.5, 180, 2500);

    assertThat(registry.counter("worker.steps").getCount()).isEqualTo(15);
    assertThat(registry.counter("worker.targetTokens").getCount()).isEqualTo(230);
    assertThat(registry.counter("worker.bytesSent").getCount()).isEqualTo(3500);
    assertThat(registry.timer("worker.rounds").getCount()).isEqualTo(3);
    assertThat(registry.timer("worker.rounds").getSnapshot().getMax()).isEqualTo(1_500_000_000);
  }

  @Test
  void showsTheLastProgress() {
    RunGauges gauges = new RunGauges();
    gauges.register(registry);
    assertThat(registry.getGauges().get("run.loss").getValue()).isEqualTo(0.0);

    gauges.note(
        new Progress(
            "run",
            new Progress.Position(7, 100),
            new Progress.Interval(2.5, 0.1, 300, 600, 0.2, 4096),
            new Progress.Totals(70, 140, 1, 3),
            40));

    assertThat(registry.getGauges().get("run.loss").getValue()).isEqualTo(2.5);
    assertThat(registry.getGauges().get("run.step").getValue()).isEqualTo(7.0);
    assertThat(registry.getGauges().get("run.secondsLeft").getValue()).isEqualTo(40.0);
  }
}
