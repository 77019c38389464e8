package org.palimpsest.training.transport;

import org.palimpsest.training.saving.CheckpointWatcher;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.transport.collective.CollectiveSegment;
import org.palimpsest.training.transport.spark.SparkSegment;

/**
 * A part of a run that starts from a checkpoint and trains without decisions of the driver. {@link
 * CollectiveSegment} is one Spark job; {@link SparkSegment} is one Spark job per round. Checkpoints
 * are published on the way. If a segment fails, the checkpoints that it published stay valid, and
 * it leaves no other trace.
 */
public interface Segment {

  /**
   * Trains up to the order's last step, or until something ends the segment earlier.
   *
   * @param checkpoints publishes what the workers write; the last checkpoint is awaited
   */
  SegmentResult run(SegmentOrder order, CheckpointWatcher checkpoints);
}
