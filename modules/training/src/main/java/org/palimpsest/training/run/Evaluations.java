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
import org.palimpsest.training.checkpoint.DataPhase;
import org.palimpsest.training.config.EvaluationPlan;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.workload.HeldOutLoss;

/**
 * The held-out losses of a run, in {@code RUN/evaluations.jsonl}: one line per evaluation. Decides
 * which checkpoints are the best and when a run ends early.
 */
final class Evaluations {
  private static final String NAME = "evaluations.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EvaluationPlan plan;
  private final Optional<HeldOutLoss> measure;
  private final StoredFolder folder;
  private final List<Line> lines = new ArrayList<>();

  /** The step at which the run begins to read its present data. */
  private long phaseStart;

  /** One evaluation. The checkpoint's folder may have been deleted since. */
  private record Line(long step, double loss, String checkpoint) {}

  Evaluations(EvaluationPlan plan, Optional<HeldOutLoss> measure, StoredFolder folder) {
    this.plan = plan;
    this.measure = measure;
    this.folder = folder;
  }

  /** Drops the evaluations after a step, because the run repeats them. */
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

  /** Losses before the run reads new data do not end it. */
  synchronized void beginPhase(List<DataPhase> phases) {
    phaseStart = phases.get(phases.size() - 1).step();
  }

  private static Optional<Line> read(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return Optional.of(JSON.treeToValue(node, Line.class));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // An incomplete line is ignored.
    }
  }

  /** Warns if evaluations are configured but there is no held-out data. */
  void warnIfImpossible(RunListener listener) {
    if (plan.isEnabled() && measure.isEmpty()) {
      listener.warning(
          "evaluation.every is set, but this run has no held-out data: unset it, or set"
              + " corpus.validation-share above 0.");
    }
  }

  /** Evaluates the checkpoint if an evaluation is due. */
  synchronized void measure(Checkpoint checkpoint, RunListener listener) {
    long last = lines.isEmpty() ? 0 : lines.get(lines.size() - 1).step();
    boolean due =
        plan.isEnabled()
            && !checkpoint.state().isWithinRound()
            && checkpoint.step() / plan.every() > last / plan.every();
    if (!due || measure.isEmpty()) {
      return;
    }
    double loss = measure.get().of(checkpoint);
    lines.add(new Line(checkpoint.step(), loss, checkpoint.folder().path().getName()));
    Retry.until(() -> folder.replace(NAME, out -> out.write(text())));
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
    return best(lines);
  }

  private static Line best(List<Line> lines) {
    return lines.stream().min(Comparator.comparingDouble(Line::loss)).orElseThrow();
  }

  /**
   * Whether the run ends early, because the loss has not improved in {@code evaluation.patience}
   * consecutive evaluations of the present data.
   */
  synchronized boolean endsEarly() {
    List<Line> present = lines.stream().filter(line -> line.step() > phaseStart).toList();
    return plan.patience().isPresent()
        && !present.isEmpty()
        && present.size() - 1 - present.indexOf(best(present)) >= plan.patience().get();
  }

  /** Whether the checkpoint in the folder of that name is among the {@code count} best. */
  synchronized boolean isAmongBest(String name, int count) {
    return lines.stream()
        .sorted(Comparator.comparingDouble(Line::loss))
        .limit(count)
        .anyMatch(line -> line.checkpoint().equals(name));
  }
}
