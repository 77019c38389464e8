package org.palimpsest.dl4j.spark;

import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;

/** Records statistics of a run. */
final class StatsRecorder implements RunListener {
  private final OuterLoopTrainingStats stats;
  private long segmentStart;
  private long intervalStart;

  StatsRecorder(OuterLoopTrainingStats stats) {
    this.stats = stats;
  }

  @Override
  public void segmentStarted(SegmentStart start) {
    segmentStart = System.currentTimeMillis();
    intervalStart = segmentStart;
  }

  @Override
  public void progress(Progress progress) {
    long now = System.currentTimeMillis();
    stats.note(OuterLoopTrainingStats.INTERVAL, intervalStart, now);
    intervalStart = now;
  }

  @Override
  public void checkpointPublished(String path, long step) {
    long now = System.currentTimeMillis();
    stats.note(OuterLoopTrainingStats.SEGMENT, segmentStart, now);
    segmentStart = now;
  }
}
