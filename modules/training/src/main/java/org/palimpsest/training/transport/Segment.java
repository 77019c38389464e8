package org.palimpsest.training.transport;

import org.palimpsest.training.saving.CheckpointWatcher;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.segment.StopRequest;
import org.palimpsest.training.transport.collective.CollectiveSegment;
import org.palimpsest.training.transport.spark.SparkSegment;

/**
 * A part of a run, from one checkpoint to another. {@link CollectiveSegment} is one Spark job;
 * {@link SparkSegment} is one Spark job per round. A segment publishes checkpoints while it runs.
 * If it fails, its published checkpoints stay valid, and nothing else of it remains.
 */
public interface Segment {

  /**
   * Trains up to the order's last step, or until something ends the segment earlier.
   *
   * @param checkpoints publishes the workers' checkpoints
   * @param stop ends the segment; its state is published within the request's time
   */
  SegmentResult run(SegmentOrder order, CheckpointWatcher checkpoints, StopRequest stop);
}
