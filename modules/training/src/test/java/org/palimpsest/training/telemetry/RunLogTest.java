package org.palimpsest.training.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener.SegmentStart;
import org.palimpsest.training.event.RunResult;

class RunLogTest {
  private final List<String> lines = new ArrayList<>();
  private final org.apache.logging.log4j.core.Logger logger =
      ((LoggerContext) LogManager.getContext(false)).getLogger(RunLog.class.getName());
  private final Appender appender = new Appender(lines);

  /** Collects log lines. */
  private static final class Appender extends AbstractAppender {
    private final List<String> lines;

    Appender(List<String> lines) {
      super("appender", null, null, false, Property.EMPTY_ARRAY);
      this.lines = lines;
    }

    @Override
    public void append(LogEvent event) {
      lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }
  }

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stop() {
    logger.removeAppender(appender);
    logger.setLevel(Level.WARN);
  }

  private static Progress progress(long step) {
    return new Progress(
        "run",
        new Progress.Position(step, 40),
        new Progress.Interval(6.25, 1e-3, 100, 200, 0.0125, 4096),
        new Progress.Totals(1000, 2000, 0, 10),
        30.4);
  }

  @Test
  void logsOneLinePerEvent() {
    RunLog log = new RunLog(Duration.ZERO);

    log.segmentStarted(new SegmentStart(0, 20, 40, 2, Optional.empty(), 1));
    log.progress(progress(10));
    log.checkpointPublished("file:/runs/a/step-20", 20);
    log.evaluated(20, 5.5, true);
    log.segmentStarted(new SegmentStart(20, 40, 40, 2, Optional.of("file:/runs/a/step-20"), 2));
    log.evaluated(40, 5.75, false);
    log.finished(
        new RunResult(
            RunResult.Ending.FINISHED,
            40,
            Optional.of("file:/runs/a/step-40"),
            1000,
            2000,
            1,
            4096,
            10));

    assertThat(lines)
        .containsExactly(
            "INFO Segment of steps 0 to 20 of 40, 2 workers, attempt 1, from the beginning",
            "INFO Step 10 of 40: loss 6.2500, rate 0.00100, 200 tokens/s, waiting 1.3 %, 4096 bytes"
                + " exchanged, 30 s left",
            "INFO Checkpoint of step 20: file:/runs/a/step-20",
            "INFO Held-out loss at step 20: 5.5000, the best so far",
            "INFO Segment of steps 20 to 40 of 40, 2 workers, attempt 2, from file:/runs/a/step-20",
            "INFO Held-out loss at step 40: 5.7500",
            "INFO Ended at step 40 (FINISHED), 2000 tokens, 1 skipped steps, 4096 bytes exchanged:"
                + " file:/runs/a/step-40");
  }

  @Test
  void limitsProgressLinesButLogsTheLastStep() {
    RunLog log = new RunLog(Duration.ofHours(1));

    for (int step = 10; step <= 40; step += 10) {
      log.progress(progress(step));
    }

    assertThat(lines).hasSize(2).element(1).asString().startsWith("INFO Step 40 of 40: ");
  }
}
