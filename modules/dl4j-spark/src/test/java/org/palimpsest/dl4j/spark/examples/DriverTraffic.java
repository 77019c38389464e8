package org.palimpsest.dl4j.spark.examples;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.storage.BroadcastBlockId;

/**
 * Counts the bytes that pass through the driver: results of tasks, and broadcast blocks on
 * executors.
 */
final class DriverTraffic extends SparkListener {
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong jobs = new AtomicLong();

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskMetrics() != null) {
      bytes.addAndGet(end.taskMetrics().resultSize());
    }
  }

  @Override
  public void onBlockUpdated(SparkListenerBlockUpdated updated) {
    var info = updated.blockUpdatedInfo();
    boolean arrived = info.storageLevel().isValid() && !info.blockManagerId().isDriver();
    if (arrived && info.blockId() instanceof BroadcastBlockId block && !block.field().isEmpty()) {
      bytes.addAndGet(info.memSize() + info.diskSize());
    }
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    jobs.incrementAndGet();
  }

  long bytes() {
    return bytes.get();
  }

  long jobs() {
    return jobs.get();
  }

  void reset() {
    bytes.set(0);
    jobs.set(0);
  }
}
