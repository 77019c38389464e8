package org.palimpsest.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.palimpsest.cli.display.EvaluationTable;
import org.palimpsest.cli.report.Report;
import org.palimpsest.cli.report.ReportFiles;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.evaluation.EvaluationReport;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;

/**
 * What the report of a run is made of.
 *
 * @param steps the steps of the job, with their times
 * @param corpus that it trained on
 * @param result how the training ended
 * @param model its newest checkpoint
 * @param scores of that model
 * @param restored a few held-out texts
 */
record RunReport(
    List<Report.Step> steps,
    Corpus corpus,
    RunResult result,
    TrainedModel model,
    EvaluationReport scores,
    List<RestoredText> restored) {

  /** Writes {@code report.html} and {@code report.json} into the directory of the run. */
  void write(Recipe recipe, Console console) {
    StoredFolder folder = new StoredFolder(new Path(recipe.directory()), CliEnvironment.hadoop());
    ReportFiles files = new ReportFiles(folder);
    Report report =
        new Report(
            Report.SCHEMA_VERSION,
            folder.path().getName(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            steps,
            PrepareCommand.facts(corpus),
            modelFacts(),
            trainingFacts(),
            files.curve(),
            EvaluationTable.rows(scores).stream().map(RunReport::row).toList(),
            scoreFacts(),
            restored.stream().map(RestoredText::reported).toList(),
            recipe.resolved());
    files.write(report);
    console.print(console.style().strong(report.verdict()));
    console.print("Report: " + folder.resolve(ReportFiles.PAGE).toUri().getPath());
  }

  private Map<String, Object> modelFacts() {
    ModelSpec spec = model.spec();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("parameters", ParameterLayout.of(spec).size());
    facts.put("layers", spec.encoderLayers() + " + " + spec.decoderLayers());
    facts.put("width", spec.width());
    facts.put("feed-forward", spec.feedForward());
    facts.put("heads", spec.heads());
    facts.put("vocabulary", spec.vocabulary());
    facts.put("dropout", spec.dropout());
    return facts;
  }

  private Map<String, Object> trainingFacts() {
    Map<String, Object> facts = new LinkedHashMap<>(PretrainCommand.facts(result));
    facts.remove("checkpoint");
    facts.put("raw tokens a second", Math.round(result.rawTokens() / result.seconds()));
    return facts;
  }

  private Map<String, Object> scoreFacts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("objective", scores.objective());
    facts.put("blocks", scores.blocks());
    facts.put("loss, all target tokens", scores.loss());
    facts.put("perplexity", scores.perplexity());
    facts.put("nats per UTF-8 byte", scores.natsPerByte());
    facts.put("ROUGE-L of restored spans", scores.restored().rougeL());
    facts.put("ROUGE-L of the most frequent word", scores.restored().unigramRougeL());
    return facts;
  }

  private static Report.EvaluationRow row(EvaluationTable.Row row) {
    return new Report.EvaluationRow(
        row.by(), row.where(), row.score().positions(), row.score().loss(), row.score().accuracy());
  }
}
