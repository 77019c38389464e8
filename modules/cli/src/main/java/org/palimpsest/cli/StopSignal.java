package org.palimpsest.cli;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.util.SignalUtils;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.training.run.Run;

/**
 * Stops a run at a checkpoint when this process receives SIGTERM or SIGINT. The second signal ends
 * the process at once. Outside of a training the signals keep their usual effect.
 */
final class StopSignal implements AutoCloseable {
  private static final int EXIT_CODE_OF_SIGNALS = 128;
  private static final AtomicReference<StopSignal> CURRENT = new AtomicReference<>();

  static {
    // Spark's handler chain; a handler cannot be removed, so one serves all runs.
    SignalUtils.register("TERM", () -> isHandled(15));
    SignalUtils.register("INT", () -> isHandled(2));
  }

  private final Console console;
  private final Runnable stop;
  private boolean received;

  private StopSignal(Console console, Runnable stop) {
    this.console = console;
    this.stop = stop;
  }

  /** Stops this run at the next signal, until the result is closed. */
  static StopSignal handle(Console console, Run<?> run) {
    StopSignal signal = new StopSignal(console, run::stop);
    CURRENT.set(signal);
    return signal;
  }

  private static Object isHandled(int number) {
    StopSignal current = CURRENT.get();
    if (current == null) {
      return false;
    }
    current.receive(number);
    return true;
  }

  private synchronized void receive(int number) {
    if (received) {
      Runtime.getRuntime().halt(EXIT_CODE_OF_SIGNALS + number);
    }
    received = true;
    console.printError(
        "palimpsest: stopping after the current step, at a checkpoint; a second signal ends the"
            + " process at once.");
    // The request cancels Spark jobs, and a signal's thread must not wait for Spark.
    Thread unused = DaemonThreads.start("palimpsest-signal", this::request);
  }

  private void request() {
    try {
      stop.run();
    } catch (RuntimeException | Error e) {
      console.printError(
          "palimpsest: the run could not be asked to stop ("
              + e
              + "): a second signal ends the process at once.");
    }
  }

  @Override
  public void close() {
    CURRENT.compareAndSet(this, null);
  }
}
