package org.palimpsest.training.transport.collective;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.spark.TaskContext;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.checkpoint.PartialRound;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.exchange.Exchange;
import org.palimpsest.training.executor.ExecutorRegistry;
import org.palimpsest.training.executor.WorkerMeter;
import org.palimpsest.training.round.Aggregation;
import org.palimpsest.training.round.DivergenceGuard;
import org.palimpsest.training.round.OuterState;
import org.palimpsest.training.round.ProgressMeter;
import org.palimpsest.training.round.Round;
import org.palimpsest.training.round.RoundResult;
import org.palimpsest.training.round.Stopwatch;
import org.palimpsest.training.saving.AsyncCheckpointWriter;
import org.palimpsest.training.saving.ParameterCheck;
import org.palimpsest.training.saving.ReplicaFiles;
import org.palimpsest.training.saving.WorkerCommit;
import org.palimpsest.training.segment.SegmentEnding;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.segment.StopSignals;
import org.palimpsest.training.workload.Workload;

/**
 * Trains one worker of a segment: restores a checkpoint, runs the rounds, and writes checkpoints.
 */
final class CollectiveTrainer<B> implements StopSignals, AutoCloseable {
  private final SegmentOrder order;
  private final Workload<B> workload;
  private final Trainable<B> replica;
  private final Collective collective;
  private final ReplicaFiles files;
  private final AsyncCheckpointWriter writer;
  private final OuterState outer;
  private final Round<B> round;
  private final ProgressMeter meter;
  private final WorkerMeter.Readings readings = ExecutorRegistry.meter().readings();
  private final DivergenceGuard guard;
  private final Stopwatch stopwatch;
  private final TaskContext task;
  private Exchange exchange;
  private Aggregation aggregation;
  private ParameterCheck parameters;
  private Round.Earlier earlier;
  private long step;
  private long roundStart;
  private long before;
  private SegmentEnding ending = SegmentEnding.COMPLETE;

  CollectiveTrainer(
      SegmentOrder order,
      Workload<B> workload,
      Trainable<B> replica,
      Collective collective,
      Round.Feed<B> feed,
      AsyncCheckpointWriter writer,
      TaskContext task) {
    this.order = order;
    this.workload = workload;
    this.replica = replica;
    this.collective = collective;
    this.writer = writer;
    this.task = task;
    step = order.state().step();
    roundStart = order.state().roundStart();
    files = new ReplicaFiles(order, collective.rank());
    earlier = files.earlier();
    exchange = newExchange();
    outer = files.restore(replica, exchange);
    aggregation = aggregation();
    round = new Round<>(replica, collective, feed, order.config());
    meter = new ProgressMeter(order);
    guard = new DivergenceGuard(order);
    stopwatch = new Stopwatch(order.clock());
  }

  private Exchange newExchange() {
    return Exchange.over(collective, order.settings().compression(), replica.parameters());
  }

  private Aggregation aggregation() {
    return order.rounds().isSynchronous(step)
        ? new Aggregation.Gradients(replica, collective, exchange)
        : new Aggregation.Parameters(replica, exchange, outer);
  }

  boolean hasNextRound() {
    return step < order.lastStep() && ending == SegmentEnding.COMPLETE;
  }

  void trainRound() {
    before = roundStart;
    if (step == order.rounds().synchronousSteps() && step > order.state().step()) {
      startRounds();
    }
    RoundResult result = round.run(aggregation, step, order.stepsFrom(step), earlier, this);
    int steps = round.stepsDone();
    step += steps;
    ending = ending(result);
    if (round.isComplete()) {
      roundStart = step;
      earlier = Round.Earlier.NOTHING;
    }
    double seconds = stopwatch.lap();
    readings.take(steps, seconds, round.ownWeight(), collective.bytesSent());
    var progress = meter.note(result, steps, step, seconds, stopwatch.secondsLeft());
    if (collective.rank() == 0) {
      progress.ifPresent(ExecutorRegistry::send);
    }
  }

  private SegmentEnding ending(RoundResult result) {
    if (round.isComplete()) {
      return guard.ending(result, step - roundStart, earlier.joint());
    }
    return result.signals().unsaved() ? SegmentEnding.UNSAVED : SegmentEnding.STOPPED;
  }

  /** Starts a checkpoint if one is due after this round. It is written while training continues. */
  void saveIfDue() {
    boolean due = order.rounds().checkpointDue(before, step) && step < order.lastStep();
    if (due && ending == SegmentEnding.COMPLETE && parametersAreFinite()) {
      commit(meter.takePoints(), writer::begin);
    }
  }

  /** Writes the segment's last checkpoint if the segment ends well, and returns the result. */
  SegmentResult finish() {
    List<Progress> points = meter.takePoints();
    if (ending.isGood() && parametersAreFinite()) {
      commit(points, writer::finish);
    }
    return new SegmentResult(
        ending,
        state(),
        writer.failure().map(Throwable::getMessage).stream().toList(),
        ifWorkerZero(points),
        stopwatch.secondsLeft());
  }

  /**
   * Switches from synchronous steps to rounds, and drops the residual of exchanges of gradients.
   */
  private void startRounds() {
    exchange.close();
    exchange = newExchange();
    outer.anchorAt(replica.parameters());
    aggregation = aggregation();
  }

  @Override
  public boolean timeIsUp() {
    return stopwatch.timeIsUp();
  }

  @Override
  public boolean isUnsaved() {
    return writer.failure().isPresent();
  }

  @Override
  public boolean isCancelled() {
    return task.isInterrupted();
  }

  /**
   * Whether all parameters of all workers are finite, the same on all workers. Otherwise no
   * checkpoint is written.
   */
  private boolean parametersAreFinite() {
    parameters = ParameterCheck.of(replica.parameters());
    double[] broken = {parameters.isFinite() ? 0 : 1};
    collective.sum(broken);
    ending = broken[0] == 0 ? ending : SegmentEnding.DIVERGED;
    return broken[0] == 0;
  }

  private void commit(
      List<Progress> points, BiConsumer<WorkerCommit, Map<String, FlatVector>> write) {
    PartialRound partial = round.isComplete() ? PartialRound.NONE : round.done();
    WorkerState names = files.names(replica, round.ownWeight(), exchange, step, partial);
    write.accept(
        new WorkerCommit(
            collective.rank(),
            state(),
            names,
            List.of(),
            partial.hasBegun() ? 0 : parameters.checksum(), // Within a round they differ.
            ifWorkerZero(points)),
        files.vectors(replica, outer, names, exchange));
  }

  @Override
  public void close() {
    exchange.close();
    outer.close();
  }

  private List<Progress> ifWorkerZero(List<Progress> points) {
    return collective.rank() == 0 ? points : List.of();
  }

  private TrainingState state() {
    return meter.state(
        step,
        workload.epoch(step),
        replica.parameters().size(),
        guard.skippedInARow(),
        outer.velocity().isPresent());
  }
}
