package org.palimpsest.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.bpe.BytePairTrainer;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.spec.ModelSettings;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.training.config.Recipe;

/** Exports of a model, from a model folder into another. */
class ExporterTest {
  private static final Configuration HADOOP = new Configuration();
  private static final TokenizerFile TOKENIZER =
      new TokenizerFile(
          TokenizerJson.write(
              BytePairTrainer.train(List.of(new WordCount(" the", 9)), 2, 2), List.of(), 128));
  private static final ModelSpec SPEC =
      ModelSettings.from(
          Recipe.defaults().with("model.preset=tiny").section("model"),
          TOKENIZER.tokenizer().vocabulary());

  private Path source;
  private Path target;

  @BeforeEach
  void writeModel(@TempDir Path folder) {
    source = folder.resolve("source");
    target = folder.resolve("target");
    float[] values = new float[(int) ParameterLayout.of(SPEC).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    ModelFolder.write(
        hadoop(source),
        HADOOP,
        new ModelFolder.Content(SPEC, new HeapVector(values), TOKENIZER.json(), "bart"));
  }

  @Test
  void anExportHasTheSameBytes() throws IOException {
    Exporter.export(model(), hadoop(target), HADOOP);

    for (String name : List.of("model.safetensors", "config.json", "palimpsest.json")) {
      assertThat(target.resolve(name)).hasSameBinaryContentAs(source.resolve(name));
    }
  }

  @Test
  void aDamagedModelDoesNotTouchTheTarget() throws IOException {
    Exporter.export(model(), hadoop(target), HADOOP);
    byte[] before = Files.readAllBytes(target.resolve("model.safetensors"));
    TrainedModel model = model();
    byte[] damaged = before.clone();
    damaged[damaged.length - 1] ^= 1;
    Files.write(source.resolve("model.safetensors"), damaged);

    assertThatThrownBy(() -> Exporter.export(model, hadoop(target), HADOOP))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("is damaged or was replaced");
    assertThat(target.resolve("model.safetensors")).hasBinaryContent(before);
  }

  @Test
  void aFolderWithoutRoomIsNamed() {
    Path missing = source.resolve("missing");

    assertThatThrownBy(() -> Exporter.parameters(model(), missing).close())
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "The export needs a temporary file of "
                + ParameterLayout.of(SPEC).size() * 4
                + " bytes, which cannot be written to "
                + missing)
        .hasMessageEndingWith("): set SPARK_LOCAL_DIRS to a larger disk.");
  }

  private TrainedModel model() {
    return TrainedModel.folder(hadoop(source), HADOOP);
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toString());
  }
}
