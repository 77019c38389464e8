package org.palimpsest.training.saving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.telemetry.LineLog;
import org.palimpsest.training.telemetry.TensorBoard;

/**
 * The metrics of a run, in {@code RUN/metrics.jsonl}: one line for about every second of training
 * before the newest checkpoint. Each checkpoint appends its lines, so the time for a checkpoint and
 * the driver's memory do not depend on the age of the run. {@link TensorBoard} gets the same
 * points.
 */
public final class MetricsFile {
  private static final String NAME = "metrics";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LineLog lines;
  private final TensorBoard tensorBoard;

  public MetricsFile(StoredFolder folder) {
    lines = new LineLog(folder, NAME);
    tensorBoard = new TensorBoard(folder.child("tensorboard"));
  }

  /** Drops the metrics after a step, because the run repeats it. */
  public void rewindTo(long step) {
    Retry.run(() -> lines.keepUpTo(step, MetricsFile::step));
    tensorBoard.rewindTo(step);
  }

  private static long step(String line) {
    try {
      return JSON.readTree(line).path("step").asLong(Long.MAX_VALUE);
    } catch (JsonProcessingException e) {
      return Long.MAX_VALUE; // An incomplete line is dropped.
    }
  }

  void append(List<Progress> points) {
    if (points.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    points.forEach(point -> text.append(line(point)).append('\n'));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    long lastStep = points.get(points.size() - 1).step();
    Retry.run(() -> lines.append(lastStep, bytes));
    tensorBoard.append(points);
  }

  private static String line(Progress point) {
    ObjectNode line = JSON.createObjectNode();
    line.put("step", point.step());
    line.put("loss", point.loss());
    line.put("lr", point.learningRate());
    line.put("tokens", point.targetTokens());
    line.put("rawTokens", point.rawTokens());
    line.put("tokensPerSecond", point.targetTokensPerSecond());
    line.put("waitingShare", point.waitingShare());
    line.put("bytesExchanged", point.bytesExchanged());
    line.put("skippedSteps", point.skippedSteps());
    line.put("seconds", point.seconds());
    return line.toString();
  }
}
