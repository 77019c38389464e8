import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.cli.Console;
import org.palimpsest.cli.Main;
import org.palimpsest.evaluation.inference.Generation;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.DenoisingExample;

/** Answers the questions of roundtrip.py: one JSON object per line, on both sides. */
public class Driver {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      Object answer;
      try {
        answer = answer(JSON.readTree(line));
      } catch (Exception e) {
        answer = Map.of("code", -1, "err", e.toString());
      }
      out.println("@@" + JSON.writeValueAsString(answer));
    }
    System.exit(0);
  }

  private static Object answer(JsonNode question) throws Exception {
    String[] words = JSON.convertValue(question.get("words"), String[].class);
    return switch (question.get("ask").asText()) {
      case "cli" -> cli(words);
      case "tokens" -> tokens(model(words[0]), question.get("texts"));
      case "scores" -> scores(model(words[0]), question);
      default -> write(model(words[0]), question);
    };
  }

  private static TrainedModel model(String folder) {
    return TrainedModel.folder(new Path(folder), new Configuration());
  }

  private static Object cli(String[] words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            Console.plain(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)),
            words);
    return Map.of("code", code, "err", err.toString(StandardCharsets.UTF_8));
  }

  private static Object tokens(TrainedModel model, JsonNode texts) {
    var tokenizer = model.tokenizer().tokenizer();
    var frame = model.frames().source();
    List<Object> all = new ArrayList<>();
    for (JsonNode text : texts) {
      int[] ids = tokenizer.encode(text.asText());
      int[] marked = tokenizer.encodeMarked(text.asText());
      all.add(
          Map.of(
              "ids",
              ids,
              "marked",
              marked,
              "framed",
              frame.around(marked),
              "text",
              tokenizer.decode(ids)));
    }
    return Map.of("code", 0, "all", all);
  }

  /** Log-probabilities of every token at every position, by position and token. */
  private static Object scores(TrainedModel model, JsonNode question) {
    int[] source = JSON.convertValue(question.get("source"), int[].class);
    int[] input = JSON.convertValue(question.get("target"), int[].class);
    try (Replica replica = model.replica("torch", Device.CPU, 1)) {
      List<DenoisingExample> examples = new ArrayList<>();
      for (int token = 0; token < replica.spec().vocabulary(); token++) {
        examples.add(example(source, input, token));
      }
      float[] losses = replica.score(Batch.of(examples, replica.spec().pad())).loss();
      float[][] scores = new float[input.length][examples.size()];
      for (int i = 0; i < losses.length; i++) {
        scores[i % input.length][i / input.length] = -losses[i];
      }
      return Map.of("code", 0, "scores", scores);
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

  private static Object write(TrainedModel model, JsonNode question) {
    List<int[]> sources = Arrays.asList(JSON.convertValue(question.get("sources"), int[][].class));
    DecodingOptions options =
        Generation.of(model)
            .decoding(
                Optional.of(question.get("beams").asInt()),
                1,
                Optional.of(question.get("length").asInt()));
    try (Replica replica = model.replica("torch", Device.CPU, 1)) {
      return Map.of("code", 0, "ids", replica.decoder().generate(sources, model.writable(options)));
    }
  }
}
