package org.palimpsest.cli.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.telemetry.ExitCodes;
import org.palimpsest.training.telemetry.RunStatus;

/**
 * One invocation of a command that trains, from its beginning to its end, with its line in {@code
 * RUN/history.jsonl}, its {@code RUN/metrics.prom}, and its message to {@code run.on-end}. Nothing
 * of that changes how it ends: what fails becomes a warning.
 */
public final class Invocation implements RunListener {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String NOT_WRITTEN = "The history of the run could not be written: ";
  private static final int MOST_WARNINGS = 20;

  /** Lines that are searched for the last success. */
  private static final int PAST = 1000;

  private final String command;
  private final StoredFolder folder;
  private final History history;
  private final PrometheusFile prometheus;
  private final EndHook hook;
  private final ExitCodes exitCodes;
  private final Consumer<String> warn;
  private final Instant began = Instant.now();
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, Object> more = new LinkedHashMap<>();
  private Optional<SegmentStart> first = Optional.empty();
  private Optional<Progress> progress = Optional.empty();
  private Optional<RunResult> result = Optional.empty();
  private OptionalDouble heldOut = OptionalDouble.empty();
  private Optional<String> checkpoint = Optional.empty();
  private List<HistoryLine> past = List.of();

  private Invocation(String command, Recipe recipe, StoredFolder folder, Consumer<String> warn) {
    this.command = command;
    this.folder = folder;
    this.warn = warn;
    history = new History(folder);
    prometheus = new PrometheusFile(folder);
    hook = EndHook.of(recipe);
    exitCodes = exitCodes(recipe);
  }

  /**
   * Begins an invocation. Writes nothing yet.
   *
   * @param warn takes a sentence about an end that could not be told
   * @throws PalimpsestException of kind CONFIGURATION if {@code run.*} is wrong
   */
  public static Invocation begin(
      String command, Recipe recipe, Configuration hadoop, Consumer<String> warn) {
    StoredFolder folder = new StoredFolder(new Path(recipe.directory()), hadoop);
    return new Invocation(command, recipe, folder, warn);
  }

  /** The setting {@code run.exit-codes}. */
  public static ExitCodes exitCodes(Recipe recipe) {
    return new Section("run", recipe.section("run")).choice("exit-codes", ExitCodes.class);
  }

  @Override
  public synchronized void segmentStarted(SegmentStart start) {
    if (first.isEmpty()) {
      first = Optional.of(start);
      noteKilled();
    }
    checkpoint = start.checkpoint();
    prometheus.write(values(true));
  }

  /**
   * Whoever starts a segment has the run's lease, so an invocation that is still running by its own
   * account was killed.
   */
  private void noteKilled() {
    try {
      readStatus()
          .filter(status -> status.path("state").asText().equals("running"))
          .ifPresent(status -> history.append(HistoryLine.killed(run(), status)));
    } catch (PalimpsestException e) {
      warn.accept(NOT_WRITTEN + e.getMessage());
    }
  }

  private Optional<JsonNode> readStatus() {
    return folder.exists(RunStatus.FILE)
        ? Optional.of(folder.readJson(RunStatus.FILE))
        : Optional.empty();
  }

  /**
   * Writes that an earlier invocation was killed, unless the first segment will.
   *
   * @param when it began
   * @param what its command
   * @param where what it did last
   */
  public synchronized void noteKilled(String when, String what, String where) {
    try {
      boolean trained =
          readStatus()
              .filter(status -> status.path("state").asText().equals("running"))
              .isPresent();
      if (!trained) {
        history.append(HistoryLine.killed(run(), when, what, where));
      }
    } catch (PalimpsestException e) {
      warn.accept(NOT_WRITTEN + e.getMessage());
    }
  }

  private String run() {
    return Secrets.redacted(folder.path().toString());
  }

  @Override
  public synchronized void progress(Progress now) {
    progress = Optional.of(now);
  }

  @Override
  public synchronized void checkpointPublished(String path, long step) {
    checkpoint = Optional.of(path);
    prometheus.write(values(true));
  }

  @Override
  public synchronized void evaluated(long step, double loss, boolean isBest) {
    heldOut(loss);
  }

  /** Takes the held-out loss of the newest checkpoint. */
  public synchronized void heldOut(double loss) {
    heldOut = OptionalDouble.of(loss);
  }

  @Override
  public synchronized void warning(String sentence) {
    if (warnings.size() < MOST_WARNINGS) {
      warnings.add(Secrets.redacted(sentence));
    }
  }

  @Override
  public synchronized void finished(RunResult ended) {
    result = Optional.of(ended);
    checkpoint = ended.checkpoint();
  }

  /** Adds a field to the line, such as what a night did besides training. */
  public synchronized void add(String field, Object value) {
    more.put(field, value);
  }

  /** The loss of the last steps, if there were any. */
  public synchronized OptionalDouble loss() {
    return progress.map(Progress::loss).map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  /**
   * Ends as its training ended.
   *
   * @return the exit code of the process
   */
  public synchronized int end(RunResult.Ending ending) {
    int code = exitCodes.of(ending);
    end(Section.kebab(ending), code, RunStatus.reason(ending));
    return code;
  }

  /** Ends with a failure. */
  public synchronized void failed(int exitCode, String reason) {
    end(HistoryLine.FAILED, exitCode, reason);
  }

  private void end(String ending, int exitCode, String reason) {
    HistoryLine line = new HistoryLine(line(ending, exitCode, reason));
    try {
      history.append(line);
    } catch (RuntimeException e) {
      warn.accept(NOT_WRITTEN + e.getMessage());
    }
    past = earlier();
    prometheus.write(values(false));
    hook.tell(line).forEach(warn);
  }

  private ObjectNode line(String ending, int exitCode, String reason) {
    ObjectNode line = MAPPER.createObjectNode();
    line.put("command", command);
    line.put("run", run());
    line.put("began", second(began));
    line.put("ended", second(Instant.now()));
    line.put("ending", ending);
    line.put("exitCode", exitCode);
    line.put("reason", Secrets.redacted(reason));
    first.ifPresent(start -> line.put("firstStep", start.firstStep()));
    step().ifPresent(step -> line.put("step", step));
    first.ifPresent(start -> line.put("totalSteps", start.totalSteps()));
    first.ifPresent(start -> line.put("workers", start.workers()));
    rawTokens().ifPresent(tokens -> line.put("rawTokens", tokens));
    loss().stream().filter(Double::isFinite).forEach(loss -> line.put("loss", loss));
    heldOut.stream().filter(Double::isFinite).forEach(loss -> line.put("heldOutLoss", loss));
    checkpoint.ifPresent(path -> line.put("checkpoint", Secrets.redacted(path)));
    line.set("warnings", MAPPER.valueToTree(warnings));
    more.forEach((field, value) -> line.set(field, MAPPER.valueToTree(value)));
    line.set("versions", MAPPER.valueToTree(Versions.ofThisProcess()));
    return line;
  }

  private OptionalLong step() {
    return result
        .map(ended -> OptionalLong.of(ended.step()))
        .or(() -> progress.map(now -> OptionalLong.of(now.step())))
        .or(() -> first.map(start -> OptionalLong.of(start.firstStep())))
        .orElse(OptionalLong.empty());
  }

  private OptionalLong rawTokens() {
    return result
        .map(ended -> OptionalLong.of(ended.rawTokens()))
        .or(() -> progress.map(now -> OptionalLong.of(now.rawTokens())))
        .orElse(OptionalLong.empty());
  }

  private PrometheusFile.Values values(boolean running) {
    if (past.isEmpty()) {
      past = earlier();
    }
    PrometheusFile.Values values =
        new PrometheusFile.Values()
            .add(
                "running",
                "1 while an invocation trains, by its own account.",
                OptionalLong.of(running ? 1 : 0))
            .add("step", "Global steps done.", step())
            .add("raw_tokens", "Uncorrupted tokens read since the run began.", rawTokens())
            .add("loss", "Training loss of the last steps, in nats per target token.", loss())
            .add("held_out_loss", "Held-out loss of the last evaluation.", heldOut)
            .add("updated_timestamp_seconds", "When this file was written.", now());
    return values.addPast(past);
  }

  /** What is not known does not stop an invocation. */
  private List<HistoryLine> earlier() {
    try {
      return history.last(PAST);
    } catch (PalimpsestException e) {
      return List.of();
    }
  }

  private static OptionalLong now() {
    return OptionalLong.of(Instant.now().getEpochSecond());
  }

  private static String second(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
