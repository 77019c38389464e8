package org.palimpsest.training.segment;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.List;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.event.Progress;

/**
 * How a segment ended, on one worker or on the driver. It is small, because vectors are in files.
 *
 * @param ending why it ended; the same on all workers
 * @param state state at its end, without the workers' own state; the same on all workers
 * @param failures why checkpoints could not be written, one sentence each; empty if none failed
 * @param points progress since the last checkpoint; from worker 0 only
 * @param secondsLeft until the time limit, on the clock of worker 0; may be infinite
 */
@DefaultSerializer(JavaSerializer.class) // For sessions without our registrator.
public record SegmentResult(
    SegmentEnding ending,
    TrainingState state,
    List<String> failures,
    List<Progress> points,
    double secondsLeft)
    implements Serializable {

  public SegmentResult {
    failures = List.copyOf(failures);
    points = List.copyOf(points);
  }

  /**
   * The result of the segment from those of its workers.
   *
   * @param workers in rank order; not empty
   */
  public static SegmentResult join(List<SegmentResult> workers) {
    SegmentResult first = workers.get(0);
    List<String> failures = workers.stream().flatMap(w -> w.failures().stream()).toList();
    return new SegmentResult(
        failures.isEmpty() ? first.ending() : SegmentEnding.UNSAVED,
        first.state(),
        failures,
        first.points(),
        first.secondsLeft());
  }

  /** The result of a segment that was stopped in this state. */
  public static SegmentResult stopped(TrainingState state) {
    return new SegmentResult(
        SegmentEnding.STOPPED, state, List.of(), List.of(), Double.POSITIVE_INFINITY);
  }

  /** Whether training may go on from where the segment ended. */
  public boolean isGood() {
    return ending.isGood();
  }
}
