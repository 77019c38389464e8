package org.palimpsest.training.transport;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.training.segment.StopRequest;

/**
 * Something that the driver's thread does between segments: waits, reads files, or runs short Spark
 * jobs. It has no state to save, so a stop interrupts it.
 */
public final class DriverPhase {
  private final JavaSparkContext spark;
  private final StopRequest stop;
  private final String group;

  /**
   * Creates a phase.
   *
   * @param group Spark's job group of its jobs
   */
  public DriverPhase(JavaSparkContext spark, StopRequest stop, String group) {
    this.spark = spark;
    this.stop = stop;
    this.group = group;
  }

  /**
   * Runs the phase in this thread.
   *
   * @return its result; empty if the run is to stop
   */
  @SuppressWarnings("try") // The scope needs only be closed.
  public <T> Optional<T> run(Supplier<T> phase) {
    if (Thread.interrupted()) {
      stop.request();
    }
    if (stop.isRequested()) {
      return Optional.empty();
    }
    String groupBefore = spark.getLocalProperty(SegmentJob.GROUP);
    spark.setLocalProperty(SegmentJob.GROUP, group);
    try (Interruption interruption = new Interruption();
        StopRequest.Scope onStop = stop.onRequest(() -> end(interruption))) {
      return Optional.of(phase.get());
    } catch (Exception e) { // Spark throws an InterruptedException that it does not declare.
      if (Cancellation.isCauseOf(e)) {
        stop.request();
      }
      if (stop.isRequested()) {
        return Optional.empty();
      }
      throw e instanceof RuntimeException known ? known : new IllegalStateException(e);
    } finally {
      spark.setLocalProperty(SegmentJob.GROUP, groupBefore);
    }
  }

  private void end(Interruption interruption) {
    spark.sc().cancelJobGroup(group);
    interruption.interrupt();
  }

  /** Interrupts the thread of a phase, but never what follows the phase. */
  private static final class Interruption implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private boolean used;
    private boolean closed;

    synchronized void interrupt() {
      if (!closed && thread != Thread.currentThread()) {
        used = true;
        thread.interrupt();
      }
    }

    @Override
    public synchronized void close() {
      closed = true;
      if (used) {
        boolean unused = Thread.interrupted();
      }
    }
  }
}
