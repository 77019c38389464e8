package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.storage.huggingface.FolderForTests.initial;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.Architecture.Placement;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding.Sinusoidal;
import org.palimpsest.model.spec.PositionEncoding.Sinusoidal.Waves;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.storage.bytes.ByteSource;

/** Tables of positions in folders of models whose positions are computed. */
class SinusoidFolderTest {
  private static final Sinusoidal WAVES = new Sinusoidal(Waves.VASWANI, 0);
  private static final Sinusoidal FROM_TWO = new Sinusoidal(Waves.TENSOR2TENSOR, 2);
  private static final ModelSpec PEGASUS = spec(Placement.PRE, WAVES);
  private static final ModelSpec MARIAN = spec(Placement.POST, WAVES);
  private static final ModelSpec M2M = spec(Placement.PRE, FROM_TWO);
  private static final String ENCODER = "model.encoder.embed_positions.weight";
  private static final String DECODER = "model.decoder.embed_positions.weight";

  private FolderForTests folder;

  @BeforeEach
  void place(@TempDir Path temporary) {
    folder = new FolderForTests(temporary.resolve("model"));
  }

  private static ModelSpec spec(Placement placement, Sinusoidal positions) {
    Architecture bart = Architecture.BART;
    return FolderForTests.BART.with(
        new Architecture(
            bart.norm(),
            placement,
            positions,
            bart.activation(),
            EnumSet.of(Feature.BIASES, Feature.TIED_HEAD, Feature.ATTENTION_SCALE),
            bart.epsilon()));
  }

  /** Transformers tells of missing keys otherwise. */
  @ParameterizedTest
  @ValueSource(strings = {ENCODER, DECODER})
  void aPegasusIsWrittenWithItsTables(String name) throws IOException {
    folder.write(PEGASUS, 3);

    assertThat(stored(name)).containsExactly(table(WAVES, PEGASUS.positions()));
    assertThat(folder.open().spec()).isEqualTo(PEGASUS);
    assertThat(folder.parameters()).isEqualTo(initial(PEGASUS, 3).values());
  }

  /** Transformers does not store them, and would tell of unexpected keys. */
  @Test
  void othersAreWrittenWithoutTables() throws IOException {
    for (ModelSpec spec : new ModelSpec[] {MARIAN, M2M}) {
      folder.write(spec, 3);
      assertThat(folder.entries()).noneMatch(entry -> entry.name().contains("embed_positions"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ENCODER,
        DECODER,
        "encoder.embed_positions.weight",
        "decoder.embed_positions.weight"
      })
  void otherPositionsAreRefusedWithTheirName(String name) throws IOException {
    for (ModelSpec spec : new ModelSpec[] {PEGASUS, MARIAN}) {
      float[] values = table(WAVES, spec.positions());
      values[values.length - 1] += 0.02f;
      write(spec, name, values);

      assertThatThrownBy(folder::parameters)
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "%s/model.safetensors does not hold the parameters of its folder's model: its %s is"
                  + " not the sinusoids of the model's positions, and other numbers cannot be used"
                  + " there.",
              folder.uri(), name);
    }
  }

  @Test
  void positionsThatAreNoNumbersAreRefused() throws IOException {
    float[] values = table(WAVES, MARIAN.positions());
    values[40] = Float.NaN;
    write(MARIAN, DECODER, values);

    assertThatThrownBy(folder::parameters).hasMessageContaining("its " + DECODER + " is not");
  }

  @Test
  void sinusoidsOfAnotherFamilyAreRefused() throws IOException {
    write(MARIAN, ENCODER, table(new Sinusoidal(Waves.TENSOR2TENSOR, 0), MARIAN.positions()));

    assertThatThrownBy(folder::parameters).hasMessageContaining("its " + ENCODER + " is not");
  }

  /** The seven stored bits of bf16's fraction are what half-precision folders have at worst. */
  @Test
  void roundedTablesAreTheSame() throws IOException {
    float[] values = table(WAVES, PEGASUS.positions());
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat((Float.floatToIntBits(values[i]) + 0x8000) & 0xFFFF0000);
    }
    write(PEGASUS, ENCODER, values);

    assertThat(folder.parameters()).isEqualTo(initial(PEGASUS, 3).values());
  }

  /** Older versions of transformers store a longer table, whose row of the padding is zero. */
  @Test
  void rowsBeforeTheFirstPositionMayHoldAnything() throws IOException {
    int width = M2M.width();
    float[] values = table(new Sinusoidal(Waves.TENSOR2TENSOR, 0), M2M.positions() + 9);
    for (int i = width; i < 2 * width; i++) {
      values[i] = 0;
    }
    write(M2M, "model.decoder.embed_positions.weights", values);
    assertThatCode(folder::parameters).doesNotThrowAnyException();

    values[2 * width] += 0.5f;
    write(M2M, "model.decoder.embed_positions.weights", values);
    assertThatThrownBy(folder::parameters)
        .hasMessageContaining("its model.decoder.embed_positions.weights is not the sinusoids");
  }

  @Test
  void tablesOfAnotherWidthAreRefused() throws IOException {
    int width = MARIAN.width() / 2;
    write(MARIAN, ENCODER, new float[MARIAN.positions() * width], width);

    assertThatThrownBy(folder::parameters)
        .hasMessageEndingWith(
            "%s has the shape [128, 16] where [128, 32] belongs.".formatted(ENCODER));
  }

  private float[] stored(String name) throws IOException {
    TensorEntry entry =
        folder.entries().stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
    assertThat(entry.shape()).containsExactly((long) PEGASUS.positions(), (long) PEGASUS.width());
    float[] values = new float[(int) entry.size()];
    try (SafetensorsReader reader =
        SafetensorsReader.open(
            new ByteSource.Mapped(folder.file("model.safetensors")), "weights")) {
      reader.read(entry, 0, values, values.length);
    }
    return values;
  }

  private static float[] table(Sinusoidal waves, int rows) {
    double[] values = waves.table(rows, FolderForTests.BART.width());
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private void write(ModelSpec spec, String table, float[] values) throws IOException {
    write(spec, table, values, spec.width());
  }

  /** Writes a folder whose weights have one table of positions. */
  private void write(ModelSpec spec, String table, float[] values, int width) throws IOException {
    folder.write(spec, 3);
    HeapVector parameters = initial(spec, 3);
    ModelKind kind = ModelKind.of(spec, "");
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .add(ParameterLayout.of(spec), parameters, tensor -> kind.place(tensor, spec));
    long[] shape = {values.length / width, width};
    writer.add(new TensorSpec(table, shape, 0), new HeapVector(values), table);
    Files.delete(folder.file("palimpsest.json"));
    try (OutputStream out = Files.newOutputStream(folder.file("model.safetensors"))) {
      writer.writeTo(out);
    }
  }
}
