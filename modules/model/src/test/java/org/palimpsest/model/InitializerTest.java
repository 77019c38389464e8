package org.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.Normal;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.objective.Vocabulary;

class InitializerTest {
  private static final ModelSpec SMALL = ModelPreset.SMALL.spec(Vocabulary.standard(1000, 0));
  private static final ParameterLayout LAYOUT = ParameterLayout.of(SMALL);

  @Test
  void parametersDependOnTheSeed() {
    assertThat(initial(SMALL, 7)).isEqualTo(initial(SMALL, 7)).isNotEqualTo(initial(SMALL, 8));
  }

  @ParameterizedTest
  @CsvSource({
    "model.encoder.layers.1.fc1.weight, 0.06",
    "model.decoder.layers.1.encoder_attn.k_proj.weight, 0.06",
    "model.shared.weight, 0.02",
    "model.encoder.embed_positions.weight, 0.02"
  })
  void weightsHaveTheirDeviation(String name, double deviation) {
    isNormal(tensor(name), deviation);
  }

  /** Mesh TensorFlow's factors, with width 128, heads of 32, feed-forward 256. */
  @ParameterizedTest
  @CsvSource({
    "model.shared.weight, 1",
    "lm_head.weight, 0.08838834764831845",
    "model.encoder.layers.1.self_attn.q_proj.weight, 0.015625",
    "model.encoder.layers.1.self_attn.k_proj.weight, 0.08838834764831845",
    "model.decoder.layers.1.encoder_attn.v_proj.weight, 0.08838834764831845",
    "model.decoder.layers.1.encoder_attn.out_proj.weight, 0.08838834764831845",
    "model.encoder.layers.0.fc1.weight, 0.08838834764831845",
    "model.encoder.layers.0.fc1_gate.weight, 0.08838834764831845",
    "model.encoder.layers.0.fc2.weight, 0.0625"
  })
  void t5WeightsHaveTheirDeviation(String name, double deviation) {
    ModelSpec spec = ModelPreset.T5_MINI.spec(Vocabulary.standard(1000, 0));
    isNormal(slice(initial(spec, 7), ParameterLayout.of(spec).tensor(name)), deviation);
  }

  private static void isNormal(float[] weights, double deviation) {
    double mean = 0;
    double square = 0;
    int within = 0;
    for (float weight : weights) {
      mean += weight / weights.length;
      square += (double) weight * weight / weights.length;
      within += Math.abs(weight) < deviation ? 1 : 0;
    }

    assertThat(mean).isCloseTo(0, within(5 * deviation / Math.sqrt(weights.length)));
    assertThat(Math.sqrt(square)).isCloseTo(deviation, within(deviation / 50));
    assertThat((double) within / weights.length).isCloseTo(0.6827, within(0.01));
  }

  @Test
  void alignmentAddsToTheDiagonalsOfQueriesAndKeysAlone() {
    ModelSpec aligned = SMALL.with(new Initialization.Normal(0.06, 0.5, 0));
    float[] plain = initial(SMALL, 7);
    float[] values = initial(aligned, 7);

    for (TensorSpec tensor : LAYOUT.tensors()) {
      boolean changed = tensor.name().matches(".*encoder_attn\\.[qk]_proj\\.weight");
      for (long i = 0; i < tensor.size(); i++) {
        boolean diagonal = changed && i % (SMALL.width() + 1) == 0;
        int at = (int) (tensor.offset() + i);
        assertThat(values[at])
            .as("%s %d", tensor.name(), i)
            .isEqualTo(diagonal ? plain[at] + 0.5f : plain[at]);
      }
    }
  }

  @Test
  void anAlignedHeadBeginsAsTheEmbedding() {
    ModelSpec untied = SMALL.with(headOfItsOwn(SMALL.architecture()));
    ModelSpec aligned = untied.with(new Initialization.Normal(0.06, 1, 0));
    ParameterLayout layout = ParameterLayout.of(untied);
    TensorSpec embedding = layout.tensor(ParameterLayout.EMBEDDING);

    float[] values = initial(aligned, 7);
    assertThat(slice(values, layout.head()))
        .isEqualTo(slice(values, embedding))
        .isEqualTo(tensor(ParameterLayout.EMBEDDING));
    assertThat(slice(initial(untied, 7), layout.head()))
        .isNotEqualTo(tensor(ParameterLayout.EMBEDDING));
  }

  private static Architecture headOfItsOwn(Architecture tied) {
    EnumSet<Architecture.Feature> features = EnumSet.copyOf(tied.features());
    features.remove(Architecture.Feature.TIED_HEAD);
    return new Architecture(
        tied.norm(),
        tied.placement(),
        tied.positions(),
        tied.activation(),
        features,
        tied.epsilon());
  }

  /** Row 3 of width 128: sin(3), sin(3·200^(-1/64)), … cos(3), … times 0.02. */
  @Test
  void positionsCanBeginAsSinusoids() {
    ModelSpec sinusoidal = SMALL.with(new Initialization.Normal(0.06, 0, 0.02));
    float[] values = initial(sinusoidal, 7);
    for (String stack : List.of("encoder", "decoder")) {
      TensorSpec table = LAYOUT.tensor("model." + stack + ".embed_positions.weight");
      float[] row = Arrays.copyOfRange(slice(values, table), 3 * 128, 4 * 128);
      assertThat(row[0]).isCloseTo(0.0028224f, within(1e-7f));
      assertThat(row[1]).isCloseTo((float) (0.02 * Math.sin(2.7616438)), within(1e-7f));
      assertThat(row[64]).isCloseTo(-0.0197998f, within(1e-7f));
      assertThat(row[127]).isCloseTo((float) (0.02 * Math.cos(0.0162946)), within(1e-7f));
    }
  }

  @Test
  void tensorsDiffer() {
    assertThat(tensor("model.encoder.layers.0.self_attn.q_proj.weight"))
        .isNotEqualTo(tensor("model.encoder.layers.0.self_attn.k_proj.weight"))
        .isNotEqualTo(tensor("model.encoder.layers.1.self_attn.q_proj.weight"));
  }

  /** A tensor's numbers depend on its name, not on its offset. */
  @Test
  void tensorsDoNotDependOnTheVocabulary() {
    ModelSpec other = ModelPreset.SMALL.spec(Vocabulary.standard(300, 0));
    TensorSpec there =
        ParameterLayout.of(other).tensor("model.decoder.layers.0.encoder_attn.out_proj.weight");

    assertThat(slice(initial(other, 7), there))
        .isEqualTo(tensor("model.decoder.layers.0.encoder_attn.out_proj.weight"));
  }

  @Test
  void biasesAndPaddingAreZeroAndNormsAreOne() {
    assertThat(tensor("model.decoder.layers.0.fc2.bias")).containsOnly(0f);
    assertThat(tensor("model.encoder.layernorm_embedding.weight")).containsOnly(1f);
    assertThat(tensor("model.encoder.layernorm_embedding.bias")).containsOnly(0f);
    float[] embedding = tensor("model.shared.weight");
    assertThat(Arrays.copyOfRange(embedding, 128, 256)).containsOnly(0f);
    assertThat(embedding[127]).isNotZero();
    assertThat(embedding[256]).isNotZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "0.975, 1.959963984540054",
    "0.025, -1.959963984540054",
    "0.0013498980316300933, -3",
    "1e-9, -5.997807015",
    "1e-15, -7.941345326"
  })
  void quantilesMatchPublishedTables(double p, double z) {
    assertThat(Normal.quantile(p)).isCloseTo(z, within(2e-6));
  }

  private static float[] tensor(String name) {
    return slice(initial(SMALL, 7), LAYOUT.tensor(name));
  }

  private static float[] slice(float[] all, TensorSpec tensor) {
    return Arrays.copyOfRange(all, (int) tensor.offset(), (int) tensor.end());
  }

  private static float[] initial(ModelSpec spec, long seed) {
    HeapVector vector = new HeapVector((int) ParameterLayout.of(spec).size());
    Initializer.initialize(spec, seed, vector);
    return vector.values();
  }
}
