package org.palimpsest.corpus.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.preset.Objectives;

@Tag("spark")
class ExampleFilesTest {
  private static final long SEED = 3;
  private static final String SCHEMA =
      "block bigint, input_ids array<int>, decoder_input_ids array<int>,"
          + " decoder_position_ids array<int>, labels array<int>, epoch bigint";

  @TempDir private static Path folder;
  private static SparkSession session;
  private static Corpus corpus;

  @BeforeAll
  static void prepare() {
    session = SparkForTests.session("local[2]");
    corpus = CorpusForTests.write(folder.resolve("corpus"), 16, 4, 9, 0, 5);
  }

  @AfterAll
  static void stop() throws IOException {
    session.close();
  }

  @Test
  void writesTheExamplesOfTraining() throws IOException {
    Path output = folder.resolve("bert");
    Objective objective = Objectives.parse("bert-style");

    long written = files("bert-style").write(session, 4, 2, hadoop(output));

    List<Row> rows = session.read().schema(SCHEMA).parquet(output.toString()).collectAsList();
    assertThat(written).isEqualTo(2 * corpus.training().blocks());
    assertThat(rows).hasSize((int) written);
    Corruptor corruptor = objective.corruptor(corpus.vocabulary(), corpus.blockSize());
    for (Row row : rows) {
      long epoch = epoch(row);
      long block = row.<Long>getAs("block");
      DenoisingExample example =
          corruptor.corrupt(corpus.training().block(block).block(), SEED, epoch);
      assertThat(ids(row, "input_ids")).isEqualTo(example.sourceTokens());
      assertThat(ids(row, "decoder_input_ids"))
          .isEqualTo(Arrays.copyOf(example.decoderInput(), example.targetLength()));
      assertThat(ids(row, "decoder_position_ids"))
          .isEqualTo(IntStream.range(0, example.targetLength()).toArray());
      assertThat(ids(row, "labels")).isEqualTo(labels(example));
    }
    assertThat(rows).extracting(ExampleFilesTest::epoch).contains(4L, 5L);
  }

  @Test
  void writesTheTextsOfSourceAndTarget() {
    Path output = folder.resolve("texts");
    ExampleFiles.Content content = ExampleFiles.Content.TEXTS;
    files("token-masking").write(session, 0, 1, hadoop(output), content);

    for (Row row : session.read().parquet(output.toString()).collectAsList()) {
      TokenBlock block = corpus.training().block(row.<Long>getAs("block")).block();
      assertThat(row.<String>getAs("target"))
          .isEqualTo(corpus.tokenizer().show(block.tokens()).strip());
      assertThat(row.<String>getAs("source")).contains("<mask>").doesNotContain("<s>");
    }
  }

  @Test
  void writesTextsWithErrors() {
    Path output = folder.resolve("errors");
    Object dropped = Map.of("kind", "dropped-characters", "rate", 0.2);
    Objective noise =
        Objectives.parse(
            Map.of("steps", List.of(Map.of("kind", "text-noise", "errors", List.of(dropped)))));
    new ExampleFiles(corpus, noise, SEED)
        .write(session, 0, 1, hadoop(output), ExampleFiles.Content.TEXTS);

    List<Row> rows =
        session
            .read()
            .option("recursiveFileLookup", "true")
            .parquet(output.toString())
            .collectAsList();
    assertThat(rows).hasSize((int) corpus.training().blocks());
    int source = rows.stream().mapToInt(row -> row.<String>getAs("source").length()).sum();
    int target = rows.stream().mapToInt(row -> row.<String>getAs("target").length()).sum();
    assertThat((double) source / target).isBetween(0.7, 0.95);
  }

  @Test
  void describesTheExamples() throws IOException {
    Path output = folder.resolve("t5");
    files("t5").write(session, 0, 1, hadoop(output));

    JsonNode facts = new ObjectMapper().readTree(output.resolve("_palimpsest.json").toFile());
    assertThat(facts.path("seed").asLong()).isEqualTo(SEED);
    assertThat(facts.path("objective").path("name").asText()).isEqualTo("t5");
    assertThat(output.resolve("tokenizer.json")).hasBinaryContent(corpus.tokenizerFile().json());
  }

  @Test
  void refusesAnExistingFolder() throws IOException {
    Path output = Files.createDirectory(folder.resolve("precious"));
    Files.writeString(output.resolve("thesis.txt"), "years of work");

    assertThatThrownBy(() -> files("bart").write(session, 0, 1, hadoop(output)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The folder " + output + " already exists: name a new folder, or delete it first.");
    assertThat(output).isDirectoryContaining(file -> file.endsWith("thesis.txt"));
  }

  @Test
  void refusesZeroEpochs() {
    assertThatThrownBy(() -> files("bart").write(session, 0, 0, hadoop(folder.resolve("none"))))
        .hasMessage(
            "The export of 0 epochs from epoch 0 is not possible: set at least 1 epoch and a first"
                + " epoch of at least 0.");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void namesAFolderThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");

    assertThatThrownBy(() -> files("bart").write(session, 0, 1, hadoop(file.resolve("out"))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The folder " + file.resolve("out") + " cannot be written: ");
  }

  private static ExampleFiles files(String objective) {
    return new ExampleFiles(corpus, Objectives.parse(objective), SEED);
  }

  private static long epoch(Row row) {
    return row.<Number>getAs("epoch").longValue();
  }

  private static int[] ids(Row row, String column) {
    return row.<Integer>getList(row.fieldIndex(column)).stream().mapToInt(id -> id).toArray();
  }

  private static int[] labels(DenoisingExample example) {
    return IntStream.range(0, example.targetLength())
        .map(t -> example.counted()[t] ? example.target()[t] : ExampleRow.NO_LOSS)
        .toArray();
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toString());
  }
}
