package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.cli.study.Cell;
import org.palimpsest.cli.study.CellResult;
import org.palimpsest.cli.study.Study;
import org.palimpsest.cli.study.StudyFolder;
import org.palimpsest.cli.study.StudyRunner;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.evaluation.measure.Figure;
import org.palimpsest.evaluation.measure.Subject;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;

/**
 * Trains and measures the cells of a study. All cells share one corpus, unless a cell sets keys of
 * its own for it.
 */
final class StudyBench implements StudyRunner.Work {
  private final Study study;
  private final Recipe shared;
  private final Console console;
  private RunResult stopped;

  StudyBench(Study study, Recipe recipe, Console console) {
    this.study = study;
    this.console = console;
    String path = CorpusSettings.from(recipe.config()).path();
    // The folder of a cell's run would have a corpus of its own.
    shared = recipe.with(Hocon.assign("corpus.path", path));
  }

  /** How a training ended that did not reach its last step; then no other cell follows. */
  Optional<RunResult> stopped() {
    return Optional.ofNullable(stopped);
  }

  /** Refuses recipes that no training would accept, before the first one. */
  void check() {
    for (Cell cell : study.cells()) {
      Objectives.parse(first(cell, study.seeds().get(0)).objective());
      then(cell, study.seeds().get(0)).ifPresent(then -> Objectives.parse(then.objective()));
    }
  }

  private Recipe first(Cell cell, long seed) {
    List<String> set = new ArrayList<>(cell.set());
    set.add("seed=" + seed);
    set.add(Hocon.assign("run.directory", directory(cell, seed)));
    return shared.with(set);
  }

  private Optional<Recipe> then(Cell cell, long seed) {
    return cell.then()
        .map(
            assignments -> {
              List<String> set = new ArrayList<>(assignments);
              set.add(Hocon.assign("model.from", directory(cell, seed)));
              set.add(Hocon.assign("run.directory", directory(cell, seed) + "-then"));
              return first(cell, seed).with(set);
            });
  }

  private String directory(Cell cell, long seed) {
    return shared.directory() + "/runs/" + StudyFolder.run(cell, seed);
  }

  @Override
  public Optional<CellResult> run(Cell cell, long seed) {
    long start = System.nanoTime();
    Recipe first = first(cell, seed);
    Corpus corpus = prepared(first);
    List<Figure> figures;
    if (cell.baseline().isPresent()) {
      figures = ofBaseline(cell, first, corpus);
    } else {
      Recipe last = then(cell, seed).orElse(first);
      boolean done = train(first) && (last.equals(first) || train(last));
      if (!done) {
        return Optional.empty();
      }
      figures = ofModels(first, last, corpus);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return Optional.of(new CellResult(cell.name(), seed, seconds, figures));
  }

  private Corpus prepared(Recipe recipe) {
    SparkSession spark = CliEnvironment.spark();
    CorpusSettings settings = CorpusSettings.from(recipe.config());
    return StageWatcher.watch(spark, console, () -> Preparation.run(spark, settings));
  }

  private boolean train(Recipe recipe) {
    RunResult result = PretrainCommand.train("study", recipe, console, Run::train);
    boolean done =
        result.ending() == RunResult.Ending.FINISHED || result.ending() == RunResult.Ending.EARLY;
    stopped = done ? null : result;
    return done;
  }

  private List<Figure> ofModels(Recipe first, Recipe last, Corpus corpus) {
    List<Figure> figures = new ArrayList<>();
    for (Study.Staged staged : study.measures()) {
      Recipe recipe = staged.stage() == Study.Stage.FIRST ? first : last;
      TrainedModel model = TrainedModel.newest(recipe, CliEnvironment.hadoop(), console::warn);
      Subject.By by = new Subject.Model(model);
      figures.addAll(staged.measure().of(new Subject(recipe, CliEnvironment.spark(), corpus, by)));
    }
    return figures;
  }

  private List<Figure> ofBaseline(Cell cell, Recipe recipe, Corpus corpus) {
    boolean copy = cell.baseline().orElseThrow().equals("copy");
    Subject.By by = copy ? new Subject.Copy() : new Subject.Dictionary();
    Subject subject = new Subject(recipe, CliEnvironment.spark(), corpus, by);
    return study.measures().stream()
        .flatMap(staged -> staged.measure().of(subject).stream())
        .toList();
  }
}
