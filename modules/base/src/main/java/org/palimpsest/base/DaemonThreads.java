package org.palimpsest.base;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Threads that do not keep the JVM alive. */
public final class DaemonThreads {
  private DaemonThreads() {}

  /** A factory of daemon threads that all have the same name, for an executor service. */
  public static ThreadFactory named(String name) {
    return work -> create(name, work);
  }

  /** Starts a daemon thread. */
  public static Thread start(String name, Runnable work) {
    Thread thread = create(name, work);
    thread.start();
    return thread;
  }

  /**
   * Starts a thread that does the same again and again until it is shut down. It goes on after
   * whatever the work throws, an Error included; an executor alone would end it in silence.
   *
   * @param pause before the first time, and between the end of one and the start of the next
   * @param failed takes what the work throws
   */
  public static ScheduledExecutorService repeat(
      String name, Duration pause, Runnable work, Consumer<Throwable> failed) {
    ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(named(name));
    Future<?> unused =
        thread.scheduleWithFixedDelay(
            () -> attempt(work, failed), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    return thread;
  }

  private static void attempt(Runnable work, Consumer<Throwable> failed) {
    try {
      work.run();
    } catch (Throwable e) {
      tell(failed, e);
    }
  }

  /** Without memory even a message may fail. */
  private static void tell(Consumer<Throwable> failed, Throwable what) {
    try {
      failed.accept(what);
    } catch (Throwable e) {
      what.addSuppressed(e);
    }
  }

  private static Thread create(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
