package org.palimpsest.tasks.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.examples.ExampleFiles;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.corpus.store.StoreWriter;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.workload.StepInput;

/** Encoding of pairs, and errors of fine-tuning. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class PairsTest {
  @TempDir static Path folder;

  private static PairRuns runs;

  private final SparkSession spark;
  private final Configuration hadoop;

  PairsTest(SparkSession spark) {
    this.spark = spark;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    runs = PairRuns.prepare(spark, folder);
  }

  /** What {@code corrupt --texts} writes. */
  @Test
  void corruptedTextsAreAnInputOfPairs() {
    Corpus corpus = Corpus.open(new org.apache.hadoop.fs.Path(folder + "/corpus"), hadoop);
    org.apache.hadoop.fs.Path output = new org.apache.hadoop.fs.Path(folder + "/corrupted");
    new ExampleFiles(corpus, Objectives.parse("token-masking"), 1)
        .write(spark, 0, 2, output, ExampleFiles.Content.TEXTS);
    Recipe recipe =
        runs.recipe("corrupted-pairs", "finetune.input=\"" + output + "\"")
            .with("finetune.source-field=source", "finetune.target-field=target");

    PairSettings settings = PairSettings.from(recipe.section("finetune"), 48, 1);
    List<Row> rows = new PairFiles(spark, settings).rows().collectAsList();

    assertThat(rows).hasSize(2 * (int) corpus.training().blocks());
    assertThat(rows).allMatch(row -> row.getString(0).contains("<mask>"));
    assertThat(rows).noneMatch(row -> row.getString(1).contains("<mask>"));
  }

  /** A step consumes the same pairs for any number of workers, and an epoch every pair once. */
  @Test
  void anyNumberOfWorkersReadsTheSamePairs() {
    FineTuningWorkload workload =
        runs.open(runs.recipe("order", "training.batch-blocks=20")).workload();
    for (int step : new int[] {0, 3, 41}) {
      assertThat(step(workload, step, 3)).as("step %d", step).isEqualTo(step(workload, step, 1));
    }
    long pairs = workload.split().pairs();
    List<String> epoch = new ArrayList<>();
    for (int step = 0; epoch.size() < pairs; step++) {
      epoch.addAll(step(workload, step, 2));
    }
    assertThat(epoch.subList(0, (int) pairs)).doesNotHaveDuplicates();
    assertThat(workload.epoch(pairs / 20 + 1)).isEqualTo(1);
  }

  private static List<String> step(FineTuningWorkload workload, long step, int workers) {
    List<String> sources = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      WorkerSlice slice = new WorkerSlice(step, workload.batches().examples(), rank, workers);
      StepInput<Batch> input = workload.steps(slice).next();
      for (Batch batch : input.microBatches()) {
        for (int row = 0; row < batch.rows(); row++) {
          int from = row * batch.sourceLength();
          sources.add(
              Arrays.toString(
                  Arrays.copyOfRange(batch.source(), from, from + batch.sourceLengths()[row])));
        }
      }
    }
    return sources;
  }

  /** The pairs do not depend on the format and number of files. */
  @ParameterizedTest
  @ValueSource(strings = {"parquet", "csv", "tsv"})
  void anyFormatGivesTheSamePairs(String format) {
    String path = folder + "/" + format + "-pairs";
    var table = spark.read().json(folder + "/pairs.jsonl").repartition(3);
    switch (format) {
      case "parquet" -> table.write().mode("overwrite").parquet(path);
      default ->
          table
              .write()
              .mode("overwrite")
              .option("header", "true")
              .option("sep", format.equals("csv") ? "," : "\t")
              .csv(path);
    }
    String kind = format.equals("tsv") ? "finetune.format=tsv" : "finetune.format=auto";
    Recipe recipe = runs.recipe("of-" + format, "finetune.input=\"" + path + "\"", kind);

    assertThat(runs.open(recipe).workload().split().checksums())
        .isEqualTo(runs.open(runs.recipe("of-lines")).workload().split().checksums());
  }

  /** A folder in a folder, whose name would be a glob. */
  @Test
  void readsNestedFoldersAndNamesThatLookLikeGlobs() throws IOException {
    Path nested = Files.createDirectories(folder.resolve("nested {1}/2024"));
    Files.write(nested.resolve("a [1].jsonl"), Files.readAllLines(folder.resolve("pairs.jsonl")));
    Recipe recipe = runs.recipe("of-nested", "finetune.input=\"" + folder + "/nested {1}\"");

    assertThat(runs.open(recipe).workload().split().checksums())
        .isEqualTo(runs.open(runs.recipe("of-lines")).workload().split().checksums());
  }

  @Test
  void countsAndListsRejectedRecords() throws IOException {
    List<String> lines = new ArrayList<>(PairRuns.lines(100));
    lines.add("{\"q\": \"only a question\"}");
    lines.add("not JSON at all");
    lines.add("{\"q\": \"  \", \"a\": \"blank question\"}");
    lines.add("{\"q\": \"" + "far ".repeat(200) + "\", \"a\": \"far\"}");
    Path file = folder.resolve("messy.jsonl");
    Files.write(file, lines);
    String input = "finetune.input=\"" + file + "\"";

    assertThat(runs.open(runs.recipe("messy", input, "finetune.max-rejected=0.1")).summary())
        .contains("1 sources and 0 targets truncated, 3 records rejected: ")
        .contains("no a: 1", "no q: 1", "not a JSON object: 1");
    try (var files = Files.list(folder.resolve("messy/pairs"))) {
      String rejected =
          files
              .filter(path -> path.getFileName().toString().startsWith("rejected"))
              .map(PairsTest::text)
              .collect(Collectors.joining());
      assertThat(rejected).contains("only a question", "not JSON at all");
    }
    assertThatThrownBy(() -> runs.open(runs.recipe("strict", input)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "3 of 104 records were rejected, more than finetune.max-rejected = 0.01 allows (");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void refusesInvalidSettingsWithOneSentence() throws IOException {
    Path file = folder.resolve("pairs.txt");
    Files.writeString(file, "text");
    String pairs = folder + "/pairs.jsonl";

    refused(
        "finetune.target-field=answer",
        "The pairs in %s have no field 'answer' (they have q, a): set finetune.source-field and finetune.target-field."
            .formatted(pairs));
    refused(
        "finetune.target-field=q",
        "finetune.source-field and finetune.target-field are both 'q': name two fields.");
    refused(
        "finetune.input=[]",
        "finetune.input is empty: name files of pairs (JSON lines, Parquet, CSV or TSV).");
    refused(
        "finetune.input=\"" + folder + "/none.jsonl\"",
        "The input %s/none.jsonl does not exist: name a file, a folder or a glob."
            .formatted(folder));
    refused(
        "finetune.input=\"" + file + "\"",
        "The format of pairs.txt is not known from its name: set finetune.format to jsonl, parquet,"
            + " csv or tsv.");
    refused(
        "finetune.from=\"\"",
        "finetune.from is empty: name a model folder, or the directory of a run.");
    refused(
        "finetune.from=\"" + folder + "/refused\"",
        "finetune.from is the run's own directory %s/refused: choose another run.directory."
            .formatted(folder));
    refused(
        "finetune.max-source-tokens=200",
        "finetune.max-source-tokens is 200, but must be between 3 and the model's 128 positions.");
    refused(
        "training.batch-blocks=1",
        "training.batch-blocks is 1, but must be at least training.workers = 2: raise it, or lower"
            + " training.workers.");
  }

  private void refused(String setting, String sentence) {
    assertThatThrownBy(() -> runs.open(runs.recipe("refused", setting)).run(RunListener.none()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(sentence);
  }

  @Test
  void refusesOtherSettingsInTheSameFolder() {
    runs.open(runs.recipe("same"));
    assertThatThrownBy(() -> runs.open(runs.recipe("same", "finetune.prefix=\"ask: \"")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The pair store file:%s/same/pairs was prepared with finetune.prefix = \"\", but the setting is now \"ask: \": restore the setting, choose another run.directory, or start over with --fresh."
                .formatted(folder));
    FineTuning.startOver(runs.recipe("same"), hadoop);
    assertThat(runs.open(runs.recipe("same", "finetune.prefix=\"ask: \"")).summary())
        .contains("training pairs");
  }

  @Test
  void refusesToEncodeOrToDeleteWhileAnotherProcessEncodes() {
    Recipe recipe = runs.recipe("contested");
    StoredFolder pairs =
        new StoredFolder(
            new org.apache.hadoop.fs.Path(folder.resolve("contested/pairs").toString()), hadoop);
    String refusal =
        "The pair store %s is being written by another process (process ".formatted(pairs.path());
    StoreWriter<PairManifest> other =
        PairManifest.store(pairs).writer(Duration.ofMinutes(1), Duration.ZERO);
    try {
      assertThatThrownBy(() -> runs.open(recipe)).hasMessageStartingWith(refusal);
      assertThatThrownBy(() -> FineTuning.startOver(recipe, hadoop))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageStartingWith(refusal)
          .hasMessageEndingWith("): wait until it ends, or choose another run.directory.");
    } finally {
      other.close();
    }
    assertThat(runs.open(recipe).summary()).contains("training pairs");
  }
}
