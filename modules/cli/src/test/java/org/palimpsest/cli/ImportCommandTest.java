package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.Initializer;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.huggingface.ModelFolder;

/** A T5 folder from elsewhere: other ids, no objective, no checksums. */
class ImportCommandTest {
  private static final int TOKENS = 40;
  private static final int SENTINELS = 8;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  @Test
  void importsT5BitByBit() throws IOException {
    Path foreign = foreign(TOKENS + SENTINELS);

    int code = run("import", "--from", foreign.toString(), "--to", folder + "/mine", "--json");

    assertThat(err())
        .isEqualTo(
            ("Warning: file:%s does not say what it was trained with, so t5 is assumed: name"
                    + " another with --objective (pairs if it was fine-tuned to write).%n")
                .formatted(foreign));
    assertThat(code).isZero();
    assertThat(out()).contains("\"objective\":\"t5\"").contains("\"parameters\":");
    assertThat(Files.readAllBytes(folder.resolve("mine/model.safetensors")))
        .isEqualTo(Files.readAllBytes(foreign.resolve("model.safetensors")));
    assertThat(folder.resolve("mine/palimpsest.json")).exists();
  }

  /** A folder of transformers 5.24 with the same weights in both forms. */
  @Test
  void weightsOfTorchSaveAreThoseOfSafetensors() throws IOException {
    Path both = Path.of("../storage/src/test/resources/torch/bart");
    Path torch = Files.createDirectory(folder.resolve("torch"));
    for (String name : List.of("config.json", "tokenizer.json", "pytorch_model.bin")) {
      Files.copy(both.resolve(name), torch.resolve(name));
    }

    assertThat(run("import", "--from", both.toString(), "--to", folder + "/one")).isZero();
    assertThat(run("import", "--from", torch.toString(), "--to", folder + "/other")).isZero();

    assertThat(folder.resolve("other/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("one/model.safetensors"));
  }

  @Test
  void rejectsATokenizerOfAnotherSize() throws IOException {
    Path foreign = foreign(TOKENS - 1);

    int code = run("import", "--from", foreign.toString(), "--to", folder + "/mine");

    assertThat(code).isEqualTo(3);
    assertThat(err())
        .isEqualTo(
            ("palimpsest: The tokenizer in file:%s has 48 entries, but its model has only 39:"
                    + " replace it with the tokenizer.json that the model was trained with.%n")
                .formatted(foreign));
    assertThat(folder.resolve("mine")).doesNotExist();
  }

  @Test
  void importsAModelWithoutARowForASpecialToken() throws IOException {
    Path foreign = foreign(TOKENS + SENTINELS - 1);

    assertThat(run("import", "--from", foreign.toString(), "--to", folder + "/mine")).isZero();
  }

  @Test
  void whoeverUsesATokenWithoutARowIsTold() throws IOException {
    Path foreign = foreign(TOKENS + SENTINELS - 1);

    int code = run("restore", "--model", foreign.toString(), "--text", "w5 <mask> w6");

    assertThat(code).isEqualTo(3);
    assertThat(err())
        .endsWith(
            "has no row for <extra_id_0> of its tokenizer, id 47: remove it from the text.\n");
  }

  @Test
  void aFineTunedFolderFromElsewhereWrites() throws IOException {
    Path foreign = foreign(TOKENS + SENTINELS);

    int code =
        run(
            "import",
            "--from",
            foreign.toString(),
            "--to",
            folder + "/mine",
            "--objective",
            "pairs",
            "--json");

    assertThat(err()).isEmpty();
    assertThat(code).isZero();
    assertThat(out()).contains("\"objective\":\"pairs after t5\"");
    assertThat(run("restore", "--model", folder + "/mine", "--text", "w5 w6")).isZero();
  }

  @Test
  void oneUnusableTextDoesNotEndTheOthers() throws IOException {
    Path foreign = foreign(TOKENS + SENTINELS);

    int code =
        run(
            "restore",
            "--model",
            foreign.toString(),
            "--objective",
            "pairs",
            "--json",
            "--text",
            "w5 w6",
            "--text",
            " ",
            "--text",
            "w7 ".repeat(200),
            "--text",
            "w8");

    assertThat(code).isZero();
    assertThat(out().lines()).hasSize(4);
    assertThat(out().lines().toList().get(1)).contains("\"error\"");
    assertThat(err()).startsWith("Warning: Text 3: The text has 20").hasLineCount(1);
  }

  @Test
  void theModelsOwnNameOfAGapWorks() throws IOException {
    Path foreign = foreign(TOKENS + SENTINELS);

    int code =
        run(
            "restore",
            "--model",
            foreign.toString(),
            "--objective",
            "t5",
            "--json",
            "--text",
            "w5 <extra_id_0> w6");

    assertThat(code).isZero();
    assertThat(out()).contains("w5<extra_id_0> w6");
  }

  @Test
  void whatDecodingCannotUseIsTold() throws IOException {
    Path foreign = foreign(TOKENS + SENTINELS);
    Files.writeString(
        foreign.resolve("generation_config.json"),
        "{\"num_beams\": 2, \"repetition_penalty\": 1.5}");

    int code =
        run("import", "--from", foreign.toString(), "--to", folder + "/mine", "--objective", "t5");

    assertThat(code).isZero();
    assertThat(err())
        .isEqualTo(
            ("Warning: The generation_config.json of file:%s is kept, but decoding here does not"
                    + " use repetition_penalty.%n")
                .formatted(foreign));
    assertThat(Files.readString(folder.resolve("mine/generation_config.json")))
        .contains("repetition_penalty", "num_beams");
  }

  @Test
  void rejectsAnUnknownObjective() throws IOException {
    Path foreign = foreign(TOKENS + SENTINELS);

    int code = run("import", "--from", foreign.toString(), "--objective", "t6");

    assertThat(code).isEqualTo(2);
    assertThat(err()).contains("t6");
  }

  private Path foreign(int rows) throws IOException {
    ModelSpec tiny = ModelPreset.T5_TINY.spec(Vocabulary.standard(TOKENS, 0));
    ModelSpec spec =
        new ModelSpec(
            tiny.shape().withVocabulary(rows),
            tiny.architecture(),
            new SpecialTokens(Vocabulary.NONE, 0, 1, 0),
            0.1,
            tiny.initialization());
    HeapVector parameters = new HeapVector((int) ParameterLayout.of(spec).size());
    Initializer.initialize(spec, 1, parameters);
    Path foreign = folder.resolve("foreign");
    ModelFolder.write(
        new org.apache.hadoop.fs.Path(foreign.toString()),
        new Configuration(),
        new ModelFolder.Content(
            spec, parameters, tokenizer().getBytes(StandardCharsets.UTF_8), "mass"));
    Files.delete(foreign.resolve("palimpsest.json"));
    Path config = foreign.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"palimpsest\"", "\"other\""));
    return foreign;
  }

  /** Like that of T5: no {@code <s>}, {@code <pad>} is 0, sentinels descend from the last id. */
  private static String tokenizer() {
    String text =
        IntStream.range(3, TOKENS)
            .mapToObj(id -> "[\"\u2581w%d\", -%d.0]".formatted(id, id))
            .collect(Collectors.joining(","));
    String sentinels =
        IntStream.range(0, SENTINELS)
            .mapToObj(
                k ->
                    "{\"id\": %d, \"content\": \"<extra_id_%d>\", \"special\": true, \"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false}"
                        .formatted(TOKENS + SENTINELS - 1 - k, k))
            .collect(Collectors.joining(","));
    String pieces =
        IntStream.range(0, SENTINELS)
            .mapToObj(k -> "[\"<extra_id_%d>\", 0.0]".formatted(SENTINELS - 1 - k))
            .collect(Collectors.joining(","));
    return """
    {"version": "1.0", "added_tokens": [%s],
     "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": true},
     "decoder": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": true},
     "model": {"type": "Unigram", "unk_id": 2,
       "vocab": [["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], %s, %s]}}
    """
        .formatted(sentinels, text, pieces);
  }

  private int run(String... arguments) {
    return Main.run(
        Console.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8)),
        arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
