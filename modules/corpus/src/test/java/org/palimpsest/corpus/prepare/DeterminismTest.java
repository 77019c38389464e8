package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.SmallTexts;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.source.FileSource;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.ReadingRules;

/** The same bytes for any splits of the input and any number of threads. */
@Tag("spark")
class DeterminismTest {
  private static final String SPLIT = "mapreduce.input.fileinputformat.split.maxsize";

  @TempDir Path folder;

  @Test
  void lanesAreByteIdentical() throws Exception {
    // One file and one input folder in two locations, because the location must not matter.
    Path texts = SmallTexts.write(folder.resolve("x/texts"));
    Path single = folder.resolve("x/single/one.txt");
    Files.createDirectories(single.getParent());
    Files.writeString(single, String.join("\n\n", SmallTexts.documents()));
    List<List<String>> lanes = new ArrayList<>();
    long size = Files.size(single);
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      lanes.add(prepare(spark, texts, "two-threads", 1 << 20));
      lanes.add(prepare(spark, texts, "small-splits", 3_000));
      lanes.add(prepare(spark, single, "one", size));
      assertThat(partitions(spark, single, size)).isEqualTo(1);
      lanes.add(prepare(spark, single, "two", (size + 1) / 2));
      assertThat(partitions(spark, single, (size + 1) / 2)).isEqualTo(2);
    }
    Path moved = Files.move(folder.resolve("x"), folder.resolve("y"));
    try (SparkSession spark = SparkForTests.session("local[1]")) {
      lanes.add(prepare(spark, moved.resolve("texts"), "one-thread", 1 << 20));
      lanes.add(prepare(spark, moved.resolve("single"), "seven", (size + 6) / 7));
      assertThat(partitions(spark, moved.resolve("single"), (size + 6) / 7)).isEqualTo(7);
    }
    assertThat(lanes.get(1)).isEqualTo(lanes.get(0));
    assertThat(lanes.get(4)).isEqualTo(lanes.get(0));
    assertThat(lanes.get(3)).isEqualTo(lanes.get(2));
    assertThat(lanes.get(5)).isEqualTo(lanes.get(2));
    assertThat(lanes.get(2)).isNotEqualTo(lanes.get(0));
  }

  /** All file formats, duplicate ids, duplicate texts and weights, with the policy apart. */
  @Test
  void allSourcesAndCleaningStepsAreDeterministic() throws Exception {
    Path texts = SmallTexts.write(folder.resolve("texts"));
    SmallTexts.writeRecords(folder.resolve("records"));
    Map<String, Object> values = new HashMap<>(SmallTexts.SETTINGS);
    values.put(
        "corpus.input",
        List.of(
            Map.of("path", texts.toString(), "weight", 0.7),
            Map.of("path", folder.resolve("records").toString(), "weight", 2.5)));
    values.put("corpus.id-field", "id");
    values.put("corpus.policy", "apart");
    values.put("corpus.max-rejected", 0.9);
    values.put("corpus.clean.white-space", "collapse");
    values.put("corpus.clean.min-letter-share", 0.3);
    values.put("corpus.clean.duplicates", "near");
    List<List<String>> lanes = new ArrayList<>();
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      lanes.add(prepare(spark, values, "large", 1 << 20));
      lanes.add(prepare(spark, values, "small", 8_000));
    }
    try (SparkSession spark = SparkForTests.session("local[1]")) {
      lanes.add(prepare(spark, values, "smallest", 3_000));
    }
    assertThat(lanes.get(1)).isEqualTo(lanes.get(0));
    assertThat(lanes.get(2)).isEqualTo(lanes.get(0));
    assertThat(lanes.get(0).get(0))
        .contains(
            "copied-by-weight=",
            "exact-duplicates=",
            "left-out-by-weight=",
            "near-duplicates=",
            "white-space=");
  }

  @Test
  void tablesDoNotDependOnPartitioning() throws Exception {
    Map<String, Object> values = new HashMap<>(SmallTexts.SETTINGS);
    values.put("corpus.input", "table:texts");
    values.put("corpus.clean.duplicates", "exact");
    List<List<String>> lanes = new ArrayList<>();
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      for (int partitions : new int[] {1, 2, 7}) {
        List<String> twice = new ArrayList<>(SmallTexts.documents());
        twice.addAll(SmallTexts.documents().subList(0, 50));
        spark
            .createDataset(twice, Encoders.STRING())
            .toDF("text")
            .repartition(partitions)
            .createOrReplaceTempView("texts");
        lanes.add(prepare(spark, values, "table" + partitions, 1 << 20));
      }
    }
    assertThat(lanes.get(1)).isEqualTo(lanes.get(0));
    assertThat(lanes.get(2)).isEqualTo(lanes.get(0));
    assertThat(lanes.get(0).get(0)).contains("{exact-duplicates=50}");
  }

  private List<String> prepare(SparkSession spark, Path input, String name, long split) {
    Map<String, Object> values = new HashMap<>(SmallTexts.SETTINGS);
    values.put("corpus.input", input.toString());
    return prepare(spark, values, name, split);
  }

  /** Returns the cleaning counts, then the content of the tokenizer and all lanes. */
  private List<String> prepare(
      SparkSession spark, Map<String, Object> settings, String name, long split) {
    spark.sparkContext().hadoopConfiguration().setLong(SPLIT, split);
    Map<String, Object> values = new HashMap<>(settings);
    values.put("corpus.path", folder.resolve(name).toString());
    Corpus corpus = Preparation.run(spark, CorpusSettings.from(ConfigFactory.parseMap(values)));
    return Stream.concat(
            Stream.of(
                new TreeMap<>(corpus.manifest().cleaned()).toString(),
                new TreeMap<>(corpus.manifest().rejected()).toString(),
                corpus.manifest().tokenizer().sha256()),
            Stream.of(corpus.manifest().training(), corpus.manifest().validation())
                .flatMap(entry -> entry.lanes().stream())
                .map(lane -> lane.rows() + " " + lane.file().sha256()))
        .toList();
  }

  private static int partitions(SparkSession spark, Path input, long split) {
    spark.sparkContext().hadoopConfiguration().setLong(SPLIT, split);
    return new FileSource(
            List.of(new Input(input.toString())),
            ReadingRules.plain(DocumentMode.PARAGRAPHS, 1 << 20),
            spark.sparkContext().hadoopConfiguration())
        .read(spark)
        .getNumPartitions();
  }
}
