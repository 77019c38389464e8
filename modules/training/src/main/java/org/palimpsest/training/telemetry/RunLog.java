package org.palimpsest.training.telemetry;

import java.time.Duration;
import java.util.Locale;
import org.palimpsest.base.Secrets;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the events of a run on the driver, one line each at level {@code info}, for clusters without
 * a terminal. {@link RunListener#all} logs warnings.
 */
public final class RunLog implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);

  private final long betweenNanos;
  private boolean logged;
  private long loggedNanos;

  /**
   * Creates a log.
   *
   * @param between shortest time between two lines about progress
   */
  public RunLog(Duration between) {
    betweenNanos = between.toNanos();
  }

  @Override
  public synchronized void segmentStarted(SegmentStart start) {
    LOG.info(
        "Segment of steps {} to {} of {}, {} workers, attempt {}, from {}",
        start.firstStep(),
        start.lastStep(),
        start.totalSteps(),
        start.workers(),
        start.attempt(),
        start.checkpoint().orElse("the beginning"));
  }

  @Override
  public synchronized void progress(Progress progress) {
    long now = System.nanoTime();
    boolean due = !logged || now - loggedNanos >= betweenNanos;
    if (due || progress.step() == progress.totalSteps()) {
      logged = true;
      loggedNanos = now;
      LOG.info("{}", line(progress));
    }
  }

  private static String line(Progress progress) {
    return String.format(
        Locale.ROOT,
        "Step %d of %d: loss %.4f, rate %.3g, %.0f tokens/s, waiting %.1f %%, %d bytes exchanged,"
            + " %.0f s left",
        progress.step(),
        progress.totalSteps(),
        progress.loss(),
        progress.learningRate(),
        progress.rawTokensPerSecond(),
        100 * progress.waitingShare(),
        progress.bytesExchanged(),
        progress.secondsLeft());
  }

  @Override
  public synchronized void checkpointPublished(String path, long step) {
    LOG.info("Checkpoint of step {}: {}", step, Secrets.redacted(path));
  }

  @Override
  public synchronized void evaluated(long step, double loss, boolean isBest) {
    LOG.info(
        "Held-out loss at step {}: {}{}",
        step,
        String.format(Locale.ROOT, "%.4f", loss),
        isBest ? ", the best so far" : "");
  }

  @Override
  public synchronized void note(String sentence) {
    LOG.info("{}", sentence);
  }

  @Override
  public synchronized void finished(RunResult result) {
    LOG.info(
        "Ended at step {} ({}), {} tokens, {} skipped steps, {} bytes exchanged: {}",
        result.step(),
        result.ending(),
        result.rawTokens(),
        result.skippedSteps(),
        result.bytesExchanged(),
        result.checkpoint().orElse("no checkpoint"));
  }
}
