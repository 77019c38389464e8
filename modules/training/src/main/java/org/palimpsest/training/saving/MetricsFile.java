package org.palimpsest.training.saving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.telemetry.TensorBoard;

/**
 * The metrics of a run, in {@code RUN/metrics.jsonl}: one line for about every second of training
 * before the newest checkpoint. Object stores cannot append, so each checkpoint rewrites the file.
 * {@link TensorBoard} gets the same points.
 */
public final class MetricsFile {
  private static final String NAME = "metrics.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredFolder folder;
  private final TensorBoard tensorBoard;
  private final List<String> lines = new ArrayList<>();

  public MetricsFile(StoredFolder folder) {
    this.folder = folder;
    tensorBoard = new TensorBoard(folder.child("tensorboard"));
  }

  /** Drops the metrics after a step, because the run repeats it. */
  public void rewindTo(long step) {
    lines.clear();
    tensorBoard.rewindTo(step);
    if (step > 0 && folder.exists(NAME)) {
      String text = new String(folder.readAll(NAME), StandardCharsets.UTF_8);
      text.lines().filter(line -> step(line) <= step).forEach(lines::add);
    }
  }

  private static long step(String line) {
    try {
      return JSON.readTree(line).path("step").asLong(Long.MAX_VALUE);
    } catch (JsonProcessingException e) {
      return Long.MAX_VALUE; // An incomplete line is dropped.
    }
  }

  void append(List<Progress> points) {
    points.forEach(point -> lines.add(line(point)));
    byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    Retry.until(() -> folder.write(NAME, out -> out.write(text)));
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
