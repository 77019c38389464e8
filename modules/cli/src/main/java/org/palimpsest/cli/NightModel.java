package org.palimpsest.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.cli.display.EvaluationTable;
import org.palimpsest.cli.invocation.History;
import org.palimpsest.cli.invocation.HistoryLine;
import org.palimpsest.cli.invocation.Invocation;
import org.palimpsest.cli.night.ExportChoice;
import org.palimpsest.cli.night.ExportChoice.Tolerance;
import org.palimpsest.cli.night.ExportChoice.Verdict;
import org.palimpsest.cli.night.NightState;
import org.palimpsest.cli.night.Score;
import org.palimpsest.cli.report.Report;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.evaluation.Evaluation;
import org.palimpsest.evaluation.EvaluationReport;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;

/** The steps of a night after the training: scores, export and report of the newest checkpoint. */
final class NightModel {
  private static final int LAST_NIGHTS = 7;
  private static final int EXAMPLES = 3;

  private final Recipe recipe;
  private final Path target;
  private final Console console;
  private final Invocation invocation;
  private final Configuration hadoop = CliEnvironment.hadoop();
  private final StoredFolder folder;
  private String summary = "";

  /**
   * Plans the steps.
   *
   * @param target folder of the exported model
   */
  NightModel(Recipe recipe, Path target, Console console, Invocation invocation) {
    this.recipe = recipe;
    this.target = target;
    this.console = console;
    this.invocation = invocation;
    folder = new StoredFolder(new Path(recipe.directory()), hadoop);
  }

  /** A model with its scores. */
  record Scored(TrainedModel model, EvaluationReport scores) {}

  /** Scores the newest checkpoint; empty if a night has scored it on this text already. */
  Optional<Scored> evaluate(Corpus corpus) {
    TrainedModel model = newest();
    Optional<Score> known = state().scoreOf(name(model), fingerprint(corpus));
    if (known.isPresent()) {
      summary = sentence(known.get().loss(), "as before");
      invocation.heldOut(known.get().loss());
      console.print(summary);
      return Optional.empty();
    }
    EvaluationReport scores = evaluation().score(model);
    EvaluationTable.lines(scores, console.style()).forEach(console::print);
    Score score = new Score(name(model), fingerprint(corpus), scores.loss());
    state().withEvaluated(score).writeTo(folder);
    invocation.heldOut(scores.loss());
    summary = sentence(scores.loss(), "%d blocks".formatted(scores.blocks()));
    return Optional.of(new Scored(model, scores));
  }

  /** What the evaluation found, in a sentence. */
  String summary() {
    return summary;
  }

  private static String sentence(double loss, String more) {
    return String.format(Locale.ROOT, "Held-out loss %.4f (%s).", loss, more);
  }

  /**
   * Exports the checkpoint that was scored, if it is better than the exported one.
   *
   * @return what was done, in a sentence
   */
  String export(Lease lease, Corpus corpus, RunResult result) {
    TrainedModel model = newest();
    Score score = state().scoreOf(name(model), fingerprint(corpus)).orElseThrow();
    Optional<Score> exported = Optional.ofNullable(state().exported());
    if (exported.filter(known -> known.checkpoint().equals(score.checkpoint())).isPresent()) {
      return said("Skipped: this checkpoint is exported already.");
    }
    ExportChoice choice =
        ExportChoice.of(
            score.loss(),
            exportedLoss(corpus),
            isFinished(result),
            invocation.loss(),
            lastNights(),
            Tolerance.from(recipe));
    if (choice.verdict() == Verdict.EXPORT) {
      write(lease, model, score);
    } else if (choice.verdict() == Verdict.ALARM) {
      console.warn(choice.sentence());
      invocation.warning(choice.sentence());
    }
    return said(choice.sentence());
  }

  /** Exports the newest checkpoint of a corpus without held-out text, which nothing can compare. */
  String exportUnscored(Lease lease) {
    TrainedModel model = newest();
    Optional<Score> exported = Optional.ofNullable(state().exported());
    if (exported.filter(known -> known.checkpoint().equals(name(model))).isPresent()) {
      return said("Skipped: this checkpoint is exported already.");
    }
    write(lease, model, new Score(name(model), "", 0));
    return said("Exported without a comparison, because the corpus has no held-out text.");
  }

  private String said(String sentence) {
    console.print(sentence);
    return sentence;
  }

  private static boolean isFinished(RunResult result) {
    return switch (result.ending()) {
      case FINISHED, EARLY -> true;
      case TIME_LIMIT, STOPPED -> false;
    };
  }

  /** A night that is killed here leaves the state without an export, so the next one compares. */
  private void write(Lease lease, TrainedModel model, Score score) {
    lease.check();
    state().withoutExported().writeTo(folder);
    console.print(Exporter.export(model, target, hadoop).path().toString());
    state().withExported(score).writeTo(folder);
  }

  /** The loss of the exported model on the text of tonight; empty if there is no usable one. */
  private Optional<Double> exportedLoss(Corpus corpus) {
    Optional<Double> known = state().exportedLoss(fingerprint(corpus));
    if (known.isPresent() || !new StoredFolder(target, hadoop).exists("config.json")) {
      return known;
    }
    try {
      return Optional.of(evaluation().loss(TrainedModel.folder(target, hadoop)));
    } catch (PalimpsestException e) {
      console.warn("The exported model cannot be compared: " + e.getMessage());
      return Optional.empty();
    }
  }

  private List<Double> lastNights() {
    return new History(folder)
        .last(LAST_NIGHTS).stream()
            .filter(line -> !line.isFailure())
            .map((HistoryLine line) -> line.number("loss"))
            .flatMap(loss -> loss.stream().boxed())
            .toList();
  }

  /**
   * Writes the report of the run.
   *
   * @return where it is
   */
  String report(Scored scored, Corpus corpus, RunResult result, List<Report.Step> steps) {
    new RunReport(
            steps,
            corpus,
            result,
            scored.model(),
            scored.scores(),
            evaluation().restorations(scored.model(), EXAMPLES).stream()
                .map(RestoredText::alone)
                .toList())
        .write(recipe, console);
    return "report.html";
  }

  private Evaluation evaluation() {
    return Evaluation.open(recipe, CliEnvironment.spark());
  }

  private TrainedModel newest() {
    return TrainedModel.newest(recipe, hadoop, console::warn);
  }

  private NightState state() {
    return NightState.read(folder);
  }

  private static String name(TrainedModel model) {
    return new Path(model.origin()).getName();
  }

  /** Identifies the held-out text, and the settings with which it is scored. */
  private String fingerprint(Corpus corpus) {
    StringBuilder all = new StringBuilder(recipe.section("evaluation").root().render());
    for (Manifest.LaneEntry lane : corpus.manifest().validation().lanes()) {
      all.append(lane.file().sha256());
    }
    return Digests.sha256Hex(all.toString()).substring(0, 16);
  }
}
