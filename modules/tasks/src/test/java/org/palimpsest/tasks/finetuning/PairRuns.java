package org.palimpsest.tasks.finetuning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.Initializer;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.training.config.Recipe;

/**
 * Fine-tuning runs in a folder, on pairs whose target is the word in brackets in the source.
 *
 * @param folder folder of the runs, their initial model, and the pairs
 */
record PairRuns(SparkSession spark, Path folder) {
  private static final String[] WORDS = {
    "old", "house", "stands", "river", "sees", "boats", "go", "far"
  };

  /** Creates an untrained model with its own tokenizer, and pairs. */
  static PairRuns prepare(SparkSession spark, Path folder) throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, (String.join(" ", WORDS) + ".\n\n").repeat(50));
    Recipe recipe =
        Recipe.defaults()
            .with(
                "corpus.path=\"" + folder + "/corpus\"",
                "corpus.input=\"" + text + "\"",
                "tokenizer.train.size=300",
                "tokenizer.train.sentinels=2",
                "tokenizer.train.special-tokens=[]",
                "corpus.lanes=1",
                "corpus.block-size=16");
    Corpus corpus = Preparation.run(spark, CorpusSettings.from(recipe.config()));
    ModelSpec spec = ModelPreset.TINY.spec(corpus.vocabulary());
    HeapVector parameters = new HeapVector((int) ParameterLayout.of(spec).size());
    Initializer.initialize(spec, 1, parameters);
    ModelFolder.write(
        new org.apache.hadoop.fs.Path(folder + "/model"),
        spark.sparkContext().hadoopConfiguration(),
        new ModelFolder.Content(spec, parameters, corpus.tokenizerFile().json(), "bart"));
    Files.write(folder.resolve("pairs.jsonl"), lines(600));
    return new PairRuns(spark, folder);
  }

  static List<String> lines(int count) {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String word = WORDS[random.nextInt(WORDS.length)];
      String other = WORDS[random.nextInt(WORDS.length)];
      lines.add("{\"q\": \"%s [%s] %d\", \"a\": \"%s\"}".formatted(other, word, i, word));
    }
    return lines;
  }

  Recipe recipe(String name, String... more) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + folder.resolve(name) + "\"",
            "finetune.from=\"" + folder + "/model\"",
            "finetune.input=\"" + folder + "/pairs.jsonl\"",
            "finetune.source-field=q",
            "finetune.target-field=a",
            "finetune.validation-share=0.1",
            "finetune.max-source-tokens=48",
            "model.dropout=0",
            "schedule.peak=5e-3",
            "schedule.warm-up-steps=10",
            "training.steps=80",
            "training.workers=2",
            "training.batch-blocks=32",
            "checkpoint.every=60")
        .with(more);
  }

  FineTuning open(Recipe recipe) {
    return FineTuning.open(recipe, spark);
  }
}
