package org.palimpsest.tasks.denoising;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.training.config.Recipe;

/** Runs that begin from models of transformers, and their batches for {@code continued.py}. */
final class ContinuedRuns {
  static final int STEPS = 50;

  private static final Queue<Batch> COLLECTED = new ConcurrentLinkedQueue<>();

  private ContinuedRuns() {}

  /**
   * The recipe that {@code continued.py} repeats.
   *
   * @param models folder of the models
   * @param name of the model
   * @param work folder of the run and its corpus
   */
  static Recipe recipe(Path models, String name, Path work) throws IOException {
    // Ids of documents, and so the order of blocks, depend on the name of the folder.
    Path texts = Files.createDirectories(work.resolve("texts"));
    Path unused = SmallRuns.write(texts);
    return SmallRuns.recipe(work, "run-" + name)
        .with(
            "corpus.path=\"" + work.resolve("corpus-" + name) + "\"",
            "corpus.input=\"" + texts + "\"",
            "model.from=\"" + models.resolve(name) + "\"",
            "objective=" + (name.equals("t5") ? "t5" : "text-infilling"),
            "model.dropout=0",
            "optimizer.weight-decay=0",
            "schedule.kind=constant",
            "schedule.warm-up-steps=0",
            "schedule.peak=1e-3",
            "training.steps=" + STEPS,
            "training.workers=1",
            "training.batch-blocks=8",
            "training.micro-batch-blocks=8",
            "checkpoint.every=" + STEPS);
  }

  /** Prepares the corpus of a run with the model's tokenizer, and opens the run. */
  static Pretraining open(Recipe recipe, SparkSession spark) {
    Corpus unused =
        Preparation.run(
            spark, Pretraining.corpusSettings(recipe, spark.sparkContext().hadoopConfiguration()));
    return Pretraining.open(recipe, spark);
  }

  /** The batches of all steps. Works in local mode only, where tasks share this process. */
  static List<Batch> batches(Pretraining run, SparkSession spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    COLLECTED.clear();
    run.workload()
        .steps(context, 0, 1)
        .foreachPartition(
            steps -> {
              for (int step = 0; step < STEPS; step++) {
                COLLECTED.addAll(steps.next().microBatches());
              }
            });
    return List.copyOf(COLLECTED);
  }

  /** Writes the batches of both models: MODELS OUT. */
  public static void main(String[] args) throws IOException {
    Path models = Path.of(args[0]).toAbsolutePath();
    Path out = Files.createDirectories(Path.of(args[1]));
    try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      for (String name : List.of("bart", "t5")) {
        Pretraining run = open(recipe(models, name, out), spark);
        try (PrintWriter lines =
            new PrintWriter(Files.newBufferedWriter(out.resolve(name + ".jsonl")))) {
          for (Batch batch : batches(run, spark)) {
            lines.println(new ObjectMapper().writeValueAsString(json(batch)));
          }
        }
      }
    }
  }

  private static Map<String, Object> json(Batch batch) {
    return Map.of(
        "source", rows(batch.source(), batch.sourceLength()),
        "sourceLengths", batch.sourceLengths(),
        "decoderInput", rows(batch.decoderInput(), batch.targetLength()),
        "target", rows(batch.target(), batch.targetLength()),
        "lossWeights", rows(batch.lossWeights(), batch.targetLength()));
  }

  private static List<int[]> rows(int[] values, int length) {
    List<int[]> rows = new ArrayList<>();
    for (int from = 0; from < values.length; from += length) {
      rows.add(Arrays.copyOfRange(values, from, from + length));
    }
    return rows;
  }

  private static List<float[]> rows(float[] values, int length) {
    List<float[]> rows = new ArrayList<>();
    for (int from = 0; from < values.length; from += length) {
      rows.add(Arrays.copyOfRange(values, from, from + length));
    }
    return rows;
  }
}
