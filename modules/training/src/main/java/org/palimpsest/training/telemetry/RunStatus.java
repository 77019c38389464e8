package org.palimpsest.training.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the status of a run to {@code RUN/status.json}, for schedulers and alerts, especially
 * where exit codes are lost. After a process is killed, the status stays {@code running}, with the
 * time of its last checkpoint. A failure to write the file does not stop the run.
 */
public final class RunStatus implements RunListener {
  /** Name of the file in the directory of a run. */
  public static final String FILE = "status.json";

  private static final Logger LOG = LoggerFactory.getLogger(RunStatus.class);

  private final StoredFolder folder;
  private final ExitCodes exitCodes;
  private boolean started;
  private long step;
  private Optional<String> checkpoint = Optional.empty();

  public RunStatus(String directory, Configuration hadoop) {
    this(directory, hadoop, ExitCodes.DISTINCT);
  }

  /**
   * Creates a status.
   *
   * @param exitCodes what the process ends with
   */
  public RunStatus(String directory, Configuration hadoop, ExitCodes exitCodes) {
    folder = new StoredFolder(new Path(directory), hadoop);
    this.exitCodes = exitCodes;
  }

  @Override
  public synchronized void segmentStarted(SegmentStart start) {
    started = true;
    step = start.firstStep();
    checkpoint = start.checkpoint();
    write("running", 0, "Training.");
  }

  @Override
  public synchronized void checkpointPublished(String path, long atStep) {
    step = atStep;
    checkpoint = Optional.of(path);
    write("running", 0, "Training.");
  }

  /** This invocation ended without an error. */
  @Override
  public synchronized void finished(RunResult result) {
    step = result.step();
    checkpoint = result.checkpoint();
    write(Section.kebab(result.ending()), exitCodes.of(result.ending()), reason(result.ending()));
  }

  /** One sentence about an end. */
  public static String reason(RunResult.Ending ending) {
    return switch (ending) {
      case FINISHED -> "All steps are done.";
      case EARLY -> "The held-out loss did not improve.";
      case STOPPED -> "Stopped on request: run the command again to continue.";
      case TIME_LIMIT -> "Stopped at the time limit: run the command again to continue.";
    };
  }

  /**
   * This invocation failed with an exit code. If it failed before its first segment, it does not
   * overwrite the status {@code running} of another process, and the step and the checkpoint stay
   * those of the invocation before.
   */
  public synchronized void failed(int exitCode, String reason) {
    if (!started) {
      JsonNode before = before();
      if (before.path("state").asText().equals("running")) {
        return;
      }
      step = before.path("step").asLong(0);
      checkpoint = Optional.of(before.path("checkpoint").asText(""));
    }
    write("failed", exitCode, reason);
  }

  /** The status that the invocation before left; without keys if there is none. */
  private JsonNode before() {
    try {
      return folder.exists(FILE) ? folder.readJson(FILE) : MissingNode.getInstance();
    } catch (PalimpsestException e) {
      return MissingNode.getInstance();
    }
  }

  private void write(String state, int exitCode, String reason) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("state", state);
    status.put("exitCode", exitCode);
    status.put("reason", Secrets.redacted(reason));
    status.put("step", step);
    status.put("checkpoint", Secrets.redacted(checkpoint.orElse("")));
    status.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    try {
      folder.replaceJson(FILE, status);
    } catch (PalimpsestException e) {
      LOG.warn("The status of the run could not be written: {}", e.getMessage());
    }
  }
}
