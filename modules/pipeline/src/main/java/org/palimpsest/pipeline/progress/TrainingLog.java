package org.palimpsest.pipeline.progress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;

/** Keeps what a fit reported, and shows it as JSON whenever it is asked. */
public final class TrainingLog implements RunListener {
  private static final int KEPT_WARNINGS = 50;

  private final Curve curve = new Curve();
  private final List<Evaluation> evaluations = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private List<Sample> samples = List.of();
  private final Map<String, Object> facts = new LinkedHashMap<>();

  /** A held-out loss in nats per token. */
  record Evaluation(long step, double loss, boolean best) {}

  /** Creates the log of a fit that begins. */
  public TrainingLog() {
    facts.put("state", "preparing");
    for (String name :
        List.of(
            "runDir",
            "step",
            "totalSteps",
            "loss",
            "tokensPerSecond",
            "secondsLeft",
            "workers",
            "checkpoint",
            "error")) {
      facts.put(name, null);
    }
  }

  /** The fit prepares its data for a run. */
  public synchronized void preparing(String directory) {
    facts.put("runDir", Secrets.redacted(directory));
  }

  /** The fit is to stop. */
  public synchronized void stopping() {
    String state = (String) facts.get("state");
    if (state.equals("preparing") || state.equals("training")) {
      facts.put("state", "stopping");
    }
  }

  /** The fit has failed. */
  public synchronized void failed(Throwable e) {
    facts.put("state", "failed");
    facts.put("error", Failure.of(e));
  }

  /** The checkpoint that was evaluated last restored these texts. */
  synchronized void restored(List<Sample> texts) {
    samples = List.copyOf(texts);
  }

  @Override
  public synchronized void segmentStarted(SegmentStart start) {
    if (!"stopping".equals(facts.get("state"))) {
      facts.put("state", "training");
    }
    facts.put("step", start.firstStep());
    facts.put("totalSteps", start.totalSteps());
    facts.put("workers", start.workers());
    start.checkpoint().ifPresent(path -> facts.put("checkpoint", Secrets.redacted(path)));
    curve.rewindTo(start.firstStep());
  }

  @Override
  public synchronized void progress(Progress progress) {
    facts.put("step", progress.step());
    facts.put("totalSteps", progress.totalSteps());
    facts.put("loss", finite(progress.loss()));
    facts.put("tokensPerSecond", finite(progress.targetTokensPerSecond()));
    facts.put("secondsLeft", finite(progress.secondsLeft()));
    curve.add(progress.step(), progress.loss());
  }

  @Override
  public synchronized void checkpointPublished(String path, long step) {
    facts.put("checkpoint", Secrets.redacted(path));
  }

  @Override
  public synchronized void evaluated(long step, double loss, boolean isBest) {
    evaluations.add(new Evaluation(step, loss, isBest));
  }

  @Override
  public synchronized void warning(String sentence) {
    if (warnings.size() < KEPT_WARNINGS && !warnings.contains(sentence)) {
      warnings.add(sentence);
    }
  }

  @Override
  public synchronized void finished(RunResult result) {
    facts.put("state", Section.kebab(result.ending()));
    facts.put("step", result.step());
    facts.put("secondsLeft", null);
    result.checkpoint().ifPresent(path -> facts.put("checkpoint", Secrets.redacted(path)));
  }

  /** JSON has no infinite numbers. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** All of it, as one JSON object. */
  public synchronized String json() {
    Map<String, Object> all = new LinkedHashMap<>(facts);
    all.put("curve", curve.points());
    all.put("evaluations", evaluations);
    all.put("samples", samples);
    all.put("warnings", warnings);
    return JsonText.of(all);
  }

  /** The state in a line for people. */
  public synchronized String line() {
    return StatusLine.of(
        facts, evaluations.stream().min(Comparator.comparingDouble(Evaluation::loss)));
  }
}
