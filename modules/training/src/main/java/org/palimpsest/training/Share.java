package org.palimpsest.training;

import java.util.List;
import org.palimpsest.model.Collective;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.ReplicaFiles.Written;
import org.palimpsest.training.WorkerReport.Ending;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.WorkerState;

/** One worker's share of a segment: from the checkpoint, round by round, to the next checkpoint. */
final class Share<B> {
  private final SegmentOrder order;
  private final Workload<B> workload;
  private final Trainable<B> replica;
  private final Collective collective;
  private final ReplicaFiles files;
  private final OuterState outer;
  private final Round<B> round;
  private final ProgressMeter meter;
  private final WorkerMeter.Readings readings = ExecutorRegistry.meter().readings();
  private final Guard guard;
  private final Stopwatch stopwatch;
  private long step;
  private Ending ending = Ending.COMPLETE;

  Share(
      SegmentOrder order,
      Workload<B> workload,
      Trainable<B> replica,
      Collective collective,
      Round.Feed<B> feed) {
    this.order = order;
    this.workload = workload;
    this.replica = replica;
    this.collective = collective;
    files = new ReplicaFiles(order, collective.rank());
    outer = files.restore(replica);
    round = new Round<>(replica, collective, aggregation(), feed, order.teaching());
    meter = new ProgressMeter(order);
    guard = new Guard(order);
    stopwatch = new Stopwatch(order.clock());
    step = order.state().step();
  }

  private Aggregation aggregation() {
    return switch (order.settings().aggregate()) {
      case GRADIENTS -> new Aggregation.Gradients(replica, collective);
      case PARAMETERS -> new Aggregation.Parameters(replica, collective, outer);
    };
  }

  WorkerReport train() {
    while (step < order.lastStep() && ending == Ending.COMPLETE) {
      int steps = (int) Math.min(order.innerSteps(), order.lastStep() - step);
      RoundResult result = round.run(step, steps, stopwatch::timeIsUp);
      step += steps;
      ending = guard.ending(result, steps);
      note(result, steps);
    }
    Inspection inspection = Inspection.of(replica.parameters());
    if (ending == Ending.DIVERGED || !inspection.isFinite()) {
      ending = Ending.DIVERGED;
      return report(new Written(new WorkerState("", 0, 0), List.of()), inspection);
    }
    return report(files.store(replica, outer, step, round.ownWeight()), inspection);
  }

  private void note(RoundResult result, int steps) {
    double seconds = stopwatch.lap();
    readings.take(steps, seconds, round.ownWeight(), collective.bytesSent());
    var progress = meter.note(result, step, seconds, stopwatch.secondsLeft());
    if (collective.rank() == 0) {
      progress.ifPresent(ExecutorRegistry::send);
    }
  }

  private WorkerReport report(Written written, Inspection inspection) {
    List<Progress> points = collective.rank() == 0 ? List.copyOf(meter.points()) : List.of();
    return new WorkerReport(
        collective.rank(),
        ending,
        state(),
        written.worker(),
        written.files(),
        inspection.checksum(),
        points,
        stopwatch.secondsLeft());
  }

  private TrainingState state() {
    return new TrainingState(
        replica.parameters().size(),
        ParameterLayout.VERSION,
        step,
        workload.epoch(step),
        meter.targetTokens(),
        meter.rawTokens(),
        meter.skippedSteps(),
        guard.skippedInARow(),
        meter.seconds(),
        order.state().seed(),
        workload.fingerprint(),
        List.of(),
        order.workers(),
        outer.velocity().isPresent());
  }
}
