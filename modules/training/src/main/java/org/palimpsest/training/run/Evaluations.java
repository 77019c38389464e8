package org.palimpsest.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.EvaluationPlan;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.workload.HeldOutLoss;

/**
 * {@code RUN/evaluations.jsonl}: what the run has measured on its way, a line each; and what
 * follows from it.
 */
final class Evaluations {
  private static final String NAME = "evaluations.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EvaluationPlan plan;
  private final Optional<HeldOutLoss> measure;
  private final StoredFolder folder;
  private final List<Line> lines = new ArrayList<>();

  /** A line: the checkpoint's folder may be gone since. */
  private record Line(long step, double loss, String checkpoint) {}

  Evaluations(EvaluationPlan plan, Optional<HeldOutLoss> measure, StoredFolder folder) {
    this.plan = plan;
    this.measure = measure;
    this.folder = folder;
  }

  /** Forgets what lies after a step, because it will be done again. */
  synchronized void rewindTo(long step) {
    lines.clear();
    if (step > 0 && folder.exists(NAME)) {
      String text = new String(folder.readAll(NAME), StandardCharsets.UTF_8);
      text.lines()
          .flatMap(line -> read(line).stream())
          .filter(l -> l.step() <= step)
          .forEach(lines::add);
    }
  }

  private static Optional<Line> read(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return Optional.of(JSON.treeToValue(node, Line.class));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // A torn line is no line.
    }
  }

  /** Says so where looks are wanted and there is nothing to look at. */
  void announce(RunListener listener) {
    if (plan.isWanted() && measure.isEmpty()) {
      listener.warning("evaluation.every is set, but this run has no held-out data: none is made.");
    }
  }

  /** Measures the checkpoint, if its time has come. */
  synchronized void measure(Checkpoint checkpoint, RunListener listener) {
    long last = lines.isEmpty() ? 0 : lines.get(lines.size() - 1).step();
    boolean due = plan.isWanted() && checkpoint.step() / plan.every() > last / plan.every();
    if (!due || measure.isEmpty()) {
      return;
    }
    double loss = measure.get().of(checkpoint);
    lines.add(new Line(checkpoint.step(), loss, checkpoint.folder().path().getName()));
    Retry.until(() -> folder.write(NAME, out -> out.write(text())));
    listener.evaluated(checkpoint.step(), loss, best().equals(lines.get(lines.size() - 1)));
  }

  private byte[] text() {
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      try {
        text.append(JSON.writeValueAsString(line)).append('\n');
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private Line best() {
    return lines.stream().min(Comparator.comparingDouble(Line::loss)).orElseThrow();
  }

  /** Whether the run has not become better for as long as it may. */
  synchronized boolean hopeless() {
    return plan.patience().isPresent()
        && !lines.isEmpty()
        && lines.size() - 1 - lines.indexOf(best()) >= plan.patience().get();
  }

  /** Whether a checkpoint's folder is among so many of the best. */
  synchronized boolean isAmongBest(String name, int count) {
    return lines.stream()
        .sorted(Comparator.comparingDouble(Line::loss))
        .limit(count)
        .anyMatch(line -> line.checkpoint().equals(name));
  }
}
