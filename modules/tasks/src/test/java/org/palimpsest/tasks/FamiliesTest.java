package org.palimpsest.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.corpus.tokenize.TextFrame;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.TextFrames;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/**
 * Folders of every family that transformers made with {@code src/test/python/families.py}: their
 * scores and texts here are those of transformers, and an export is the same model again.
 */
class FamiliesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Configuration HADOOP = new Configuration(false);
  private static final int LONGEST = 10;

  static Stream<Path> folders() throws IOException, URISyntaxException {
    Path root = Path.of(FamiliesTest.class.getResource("/families").toURI());
    try (Stream<Path> folders = Files.list(root)) {
      return folders.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void scoresAreThoseOfTransformers(Path folder) throws IOException {
    JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
    try (Replica replica = open(folder).replica("torch", Device.CPU, 1)) {
      for (int i = 0; i < golden.get("sources").size(); i++) {
        compare(replica, ids(golden.get("sources").get(i)), golden, i);
      }
    }
  }

  private static void compare(Replica replica, int[] source, JsonNode golden, int number) {
    int[] input = ids(golden.get("inputs").get(number));
    JsonNode expected = golden.get("scores").get(number);
    List<DenoisingExample> examples = new ArrayList<>();
    for (int token = 0; token < replica.spec().vocabulary(); token++) {
      examples.add(example(source, input, token));
    }
    float[] losses = replica.score(Batch.of(examples, replica.spec().pad())).loss();
    for (int i = 0; i < losses.length; i++) {
      int token = i / input.length;
      int t = i % input.length;
      double score = expected.get(t).get(token).asDouble();
      assertThat((double) -losses[i])
          .as("sequence %d, position %d, token %d", number, t, token)
          .isCloseTo(score, within(2e-5 * Math.max(1, Math.abs(score))));
    }
  }

  private static DenoisingExample example(int[] source, int[] input, int token) {
    DenoisingExample example = new DenoisingExample(input.length);
    example.begin(token, source.length);
    Arrays.stream(source).forEach(example::appendSource);
    for (int t = 0; t < input.length; t++) {
      example.appendTarget(input[t], t, token, DenoisingExample.KEPT, true);
    }
    return example;
  }

  @ParameterizedTest
  @MethodSource("folders")
  void writesWhatTransformersWrite(Path folder) throws IOException {
    JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
    List<int[]> sources = new ArrayList<>();
    golden.get("sources").forEach(source -> sources.add(ids(source)));
    try (Replica replica = open(folder).replica("torch", Device.CPU, 1)) {
      // Transformers forces the last token of some families to be </s>.
      List<int[]> written =
          replica.decoder().generate(sources, DecodingOptions.greedy(LONGEST - 1));
      for (int i = 0; i < written.size(); i++) {
        int[] greedy = ids(golden.get("greedy").get(i));
        assertThat(written.get(i)).isEqualTo(text(greedy, replica.spec().eos()));
      }
    }
  }

  /** What follows the first token, up to {@code </s>} and to one less than the longest text. */
  private static int[] text(int[] generated, int eos) {
    return Arrays.stream(generated).skip(1).limit(LONGEST - 1).takeWhile(id -> id != eos).toArray();
  }

  /** They were never trained to restore text, so that no objective knows what stands around it. */
  @ParameterizedTest
  @ValueSource(strings = {"blenderbot", "blenderbot-small", "marian", "m2m_100", "pegasus"})
  void textsOfFamiliesForPairsAreFramedAsTheirTokenizersSay(String family)
      throws URISyntaxException {
    Path folder = Path.of(FamiliesTest.class.getResource("/families/" + family).toURI());
    TrainedModel model = open(folder);
    TextFrames frames = model.frames();

    assertThat(frames.source()).isEqualTo(TextFrame.of(model.tokenizer().tokenizer()));
    assertThat(frames.source().before()).isEmpty();
    assertThat(frames.source().after()).containsExactly(model.spec().eos());
    assertThat(frames.targetStart()).isEqualTo(Vocabulary.NONE);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void anExportIsTheSameModel(Path folder, @TempDir Path temporary) throws IOException {
    TrainedModel model = open(folder);
    Path export = temporary.resolve("export");
    Exporter.export(model, new org.apache.hadoop.fs.Path(export.toUri()), HADOOP);

    TrainedModel again = open(export);
    assertThat(again.spec()).isEqualTo(model.spec());
    assertThat(config(export, "model_type")).isEqualTo(config(folder, "model_type"));
    assertThat(config(export, "architectures")).isEqualTo(config(folder, "architectures"));
    try (Replica one = model.replica("torch", Device.CPU, 1);
        Replica other = again.replica("torch", Device.CPU, 1)) {
      assertThat(values(other)).isEqualTo(values(one));
    }
  }

  private static float[] values(Replica replica) {
    float[] values = new float[Math.toIntExact(replica.parameters().size())];
    replica.parameters().read(0, values, 0, values.length);
    return values;
  }

  private static String config(Path folder, String key) throws IOException {
    return JSON.readTree(folder.resolve("config.json").toFile()).get(key).toString();
  }

  private static TrainedModel open(Path folder) {
    return TrainedModel.folder(new org.apache.hadoop.fs.Path(folder.toUri()), HADOOP);
  }

  private static int[] ids(JsonNode list) {
    int[] ids = new int[list.size()];
    Arrays.setAll(ids, i -> list.get(i).asInt());
    return ids;
  }
}
