package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.cli.display.EvaluationTable;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.evaluation.Evaluation;
import org.palimpsest.evaluation.EvaluationReport;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.Restoration;
import org.palimpsest.evaluation.inference.Restorer;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;

/** Everything from text to a model, an evaluation, and a report, in one process. */
final class Quickstart {
  private static final int EXAMPLES = 3;

  /** Greedy: with beam search, a model after little training prefers empty output. */
  private static final int BEAMS = 1;

  private static final int ALTERNATIVES = 3;

  private final Recipe recipe;
  private final Console console;
  private final StepClock clock;
  private final Configuration hadoop = CliEnvironment.hadoop();

  Quickstart(Recipe recipe, Console console) {
    this.recipe = recipe;
    this.console = console;
    clock = new StepClock(console);
  }

  /** Whether the corpus and the checkpoints of an earlier invocation are used. */
  enum Start {
    RESUME,
    FRESH
  }

  void run(Start start) {
    Corpus corpus = clock.time("prepare", recipe.directory(), () -> prepare(start));
    clock.time("preview", "examples of the objective", () -> preview(corpus));
    RunResult result = clock.time("pretrain", objective().name(), () -> pretrain(start));
    TrainedModel model = TrainedModel.newest(recipe, hadoop);
    EvaluationReport scores =
        clock.time("evaluate", "held-out text, fixed noise", () -> evaluate(model));
    List<RestoredText> restored =
        clock.time("restore", "held-out text", () -> restore(model, corpus));
    clock.time("export", "a Hugging Face folder", () -> export(model));
    report(corpus, result, model, scores, restored);
  }

  private Objective objective() {
    return Objectives.parse(recipe.objective());
  }

  private Corpus prepare(Start start) {
    CorpusSettings settings = CorpusSettings.from(recipe.config());
    boolean exists = new StoredFolder(new Path(settings.path()), hadoop).hasManifest();
    boolean fresh = exists && start == Start.FRESH;
    SparkSession spark = CliEnvironment.spark();
    Corpus corpus =
        StageWatcher.watch(
            spark,
            console,
            () -> fresh ? Preparation.fresh(spark, settings) : Preparation.run(spark, settings));
    if (exists && !fresh) {
      clock.markReused();
    }
    PrepareCommand.show(corpus, console);
    return corpus;
  }

  private Corpus preview(Corpus corpus) {
    ExamplePrinter printer = ExamplePrinter.text(console, corpus.tokenizer(), objective().name());
    Sample.ofTraining(corpus, recipe, EXAMPLES)
        .corrupted(objective(), recipe.seed(), 0)
        .forEach(printer::print);
    return corpus;
  }

  private RunResult pretrain(Start start) {
    boolean fresh = start == Start.FRESH;
    long before = fresh ? 0 : newestStep();
    RunResult result =
        PretrainCommand.train(
            "quickstart", recipe, console, fresh ? Run::trainFromScratch : Run::train);
    if (result.step() == before && !fresh) {
      clock.markReused();
    }
    console.print(PretrainCommand.sentence(result));
    return result;
  }

  private long newestStep() {
    return CliEnvironment.checkpoints(recipe).newest().map(Checkpoint::step).orElse(0L);
  }

  private EvaluationReport evaluate(TrainedModel model) {
    EvaluationReport scores = Evaluation.open(recipe, CliEnvironment.spark()).score(model);
    EvaluationTable.lines(scores, console.style()).forEach(console::print);
    return scores;
  }

  private List<RestoredText> restore(TrainedModel model, Corpus corpus) {
    Sample sample = Sample.ofHeldOut(corpus, EXAMPLES);
    List<DenoisingExample> corrupted =
        sample.corrupted(objective(), recipe.config().getLong("evaluation.seed"), 0);
    List<RestoredText> restored = new ArrayList<>();
    DecodingOptions search =
        new DecodingOptions(model.spec().positions(), 2 * ALTERNATIVES, 0).withBest(ALTERNATIVES);
    String engine = recipe.config().getString("engine");
    int threads = Runtime.getRuntime().availableProcessors();
    try (Restorer restorer = Restorer.open(model, engine, threads, BEAMS)) {
      for (int i = 0; i < corrupted.size(); i++) {
        TokenBlock original = sample.blocks().get(i);
        RestoredText text =
            new RestoredText(
                restorer.restore(original, corrupted.get(i)),
                restorer.alternatives(original, corrupted.get(i), search));
        restored.add(text);
        show(text);
      }
    }
    return restored;
  }

  private void show(RestoredText text) {
    Restoration restoration = text.restoration();
    console.print("corrupted " + restoration.source());
    console.print("restored  " + console.style().restored(restoration.text()));
    console.print("original  " + console.style().faint(restoration.original().orElse("")));
    for (Restoration other : text.alternatives()) {
      console.print("%8.2g  %s".formatted(other.probability(), RestoredText.filledIn(other)));
    }
    console.print("");
  }

  private ModelFolder export(TrainedModel model) {
    ModelFolder written = Exporter.export(model, ExportCommand.defaultTarget(recipe), hadoop);
    console.print(written.path().toString());
    return written;
  }

  private void report(
      Corpus corpus,
      RunResult result,
      TrainedModel model,
      EvaluationReport scores,
      List<RestoredText> restored) {
    new RunReport(clock.steps(), corpus, result, model, scores, restored).write(recipe, console);
  }
}
