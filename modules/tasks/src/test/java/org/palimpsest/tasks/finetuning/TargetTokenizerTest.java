package org.palimpsest.tasks.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.event.RunListener;

/** Pairs of a model whose folder has a tokenizer for each language, as Marian's folders have. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class TargetTokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "target_tokenizer.json";

  @TempDir static Path folder;

  private static PairRuns runs;
  private static TokenizerFile source;
  private static TokenizerFile target;

  private final Configuration hadoop;

  TargetTokenizerTest(SparkSession spark) {
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  /** The tokenizer of targets reads {@code o} as {@code a}. */
  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    runs = PairRuns.prepare(spark, folder);
    byte[] json = Files.readAllBytes(folder.resolve("model/tokenizer.json"));
    source = new TokenizerFile(json);
    ObjectNode tree = (ObjectNode) JSON.readTree(json);
    tree.set(
        "normalizer",
        JSON.readTree(
            "{\"type\": \"Replace\", \"pattern\": {\"String\": \"o\"}, \"content\": \"a\"}"));
    target = new TokenizerFile(JSON.writeValueAsBytes(tree));
    Files.write(folder.resolve("model").resolve(NAME), target.json());
  }

  @Test
  void targetsAreCutByTheirOwnTokenizer() {
    FineTuning tuning = runs.open(runs.recipe("own"));

    PairSplit.Reader pairs = tuning.workload().split().reader();
    List<String> texts = new ArrayList<>();
    for (int row = 0; row < 20; row++) {
      Pair pair = pairs.pair(0, row);
      texts.add(source.tokenizer().decode(pair.source()));
      assertThat(source.tokenizer().decode(pair.target())).isNotEmpty().doesNotContain("o");
    }
    assertThat(texts).anyMatch(text -> text.contains("o"));
  }

  /** Otherwise the pairs of a continued model would be cut by the tokenizer of its sources. */
  @Test
  void checkpointsAndExportsKeepTheTokenizerOfTargets() throws IOException {
    FineTuning tuning = runs.open(runs.recipe("kept", "training.steps=10", "checkpoint.every=10"));
    tuning.run(RunListener.none()).train();

    TrainedModel trained = tuning.newest();
    Path export = folder.resolve("export");
    Exporter.export(trained, new org.apache.hadoop.fs.Path(export.toUri()), hadoop);

    assertThat(trained.targetTokenizer().json()).isEqualTo(target.json());
    assertThat(export.resolve(NAME)).hasBinaryContent(target.json());
    TrainedModel again = TrainedModel.folder(new org.apache.hadoop.fs.Path(export.toUri()), hadoop);
    assertThat(again.targetTokenizer().json()).isEqualTo(target.json());
  }

  /** Their manifests name one tokenizer. */
  @Test
  void pairsOfEarlierVersionsStayAsTheyAre() {
    PairSettings settings = PairSettings.from(runs.recipe("earlier").section("finetune"), 128, 1);
    StoredFolder pairs =
        new StoredFolder(new org.apache.hadoop.fs.Path(folder + "/earlier/pairs"), hadoop);
    PairStore before = open(pairs, settings, new PairTokenizers(source, source));

    PairStore after = open(pairs, settings, new PairTokenizers(source, target));

    assertThat(after.training().checksums()).isEqualTo(before.training().checksums());
  }

  private PairStore open(StoredFolder pairs, PairSettings settings, PairTokenizers tokenizers) {
    return PairStore.open(
        pairs,
        settings,
        tokenizers,
        Duration.ofSeconds(30),
        () -> new PairFiles(runs.spark(), settings).rows());
  }
}
