package org.palimpsest.training.transport;

import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.saving.CheckpointWatcher;
import org.palimpsest.training.segment.SegmentEnding;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.transport.collective.CollectiveSegment;
import org.palimpsest.training.transport.spark.SparkSegment;

/**
 * A stretch of training that starts from a checkpoint and goes on without the driver's opinion:
 * {@link CollectiveSegment} is one Spark job, {@link SparkSegment} one for every round. Checkpoints
 * are published on the way. If a segment fails, what it has published counts, and nothing else has
 * happened.
 */
public interface Segment {

  /**
   * Runs to the last step of the order, or until something ends it earlier.
   *
   * @param publisher makes checkpoints of what the workers leave; the last one is awaited
   */
  End run(SegmentOrder order, CheckpointWatcher publisher);

  /**
   * How a segment ended.
   *
   * @param ending why
   * @param state where it ended
   * @param failure why a checkpoint could not be written, or empty
   * @param secondsLeft of the time limit
   */
  record End(SegmentEnding ending, TrainingState state, String failure, double secondsLeft) {}
}
