package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;

/** A new model whose head has a bias. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class FrequencyBiasTest {
  @TempDir Path folder;
  private final SparkSession spark;
  private Recipe recipe;
  private Corpus corpus;

  FrequencyBiasTest(SparkSession spark) {
    this.spark = spark;
  }

  @BeforeEach
  void prepare() throws IOException {
    recipe = SmallRuns.recipe(folder, "run").with("model.head-bias=true");
    corpus = SmallRuns.prepare(recipe, folder, spark);
  }

  private long[] occurrences(int rows) {
    long[] counts = new long[rows];
    try (BlockReader reader = corpus.training().asStored()) {
      reader.forEachRemaining(
          block -> Arrays.stream(block.block().tokens()).forEach(token -> counts[token]++));
    }
    return counts;
  }

  @Test
  void beginsWithTheLogarithmsOfFrequencies() {
    ModelSpec spec = Pretraining.open(recipe, spark).workload().settings().model();
    TensorSpec head = ParameterLayout.of(spec).tensor(ParameterLayout.HEAD_BIAS);
    HeapVector parameters = new HeapVector(Math.toIntExact(ParameterLayout.of(spec).size()));
    Vocabulary vocabulary = corpus.vocabulary();

    new FrequencyBias(corpus.training(), vocabulary, spec).set(parameters);

    float[] bias = bias(parameters, head);
    long[] counts = occurrences(bias.length);
    int first = vocabulary.special().nextClearBit(0);
    for (int id = 0; id < vocabulary.size(); id++) {
      if (!vocabulary.special().get(id)) {
        double ratio = (counts[id] + 1.0) / (counts[first] + 1.0);
        assertThat((double) bias[id] - bias[first]).isCloseTo(Math.log(ratio), within(1e-5));
      }
    }
    float rarest = bias[first] - (float) Math.log(counts[first] + 1.0);
    assertThat(bias[vocabulary.eos()]).isGreaterThan(rarest);
    assertThat(bias[vocabulary.mask()]).isGreaterThan(rarest);
    assertThat(Arrays.copyOf(parameters.values(), Math.toIntExact(head.offset())))
        .as("other parameters")
        .containsOnly(0);
  }

  /** The bias is no parameter that training changes, and a model folder holds it. */
  @Test
  void trainingAndExportKeepTheBias() {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Checkpoint checkpoint = SmallRuns.train(recipe.with("training.steps=10"), spark);
    TrainedModel model = TrainedModel.of(checkpoint, hadoop);
    TensorSpec head = ParameterLayout.of(model.spec()).tensor(ParameterLayout.HEAD_BIAS);
    HeapVector begun = new HeapVector(SmallRuns.parameters(checkpoint).length);
    new FrequencyBias(corpus.training(), corpus.vocabulary(), model.spec()).set(begun);
    org.apache.hadoop.fs.Path target =
        new org.apache.hadoop.fs.Path(folder.resolve("model").toString());

    Exporter.export(model, target, hadoop);

    HeapVector exported = new HeapVector(begun.values().length);
    TrainedModel.folder(target, hadoop).weights().read(exported);
    float[] trained = bias(new HeapVector(SmallRuns.parameters(checkpoint)), head);
    assertThat(trained)
        .as("only the means of replicas are rounded")
        .containsExactly(bias(begun, head), within(1e-5f));
    assertThat(bias(exported, head)).isEqualTo(trained);
  }

  private static float[] bias(HeapVector parameters, TensorSpec head) {
    float[] bias = new float[Math.toIntExact(head.size())];
    parameters.read(head.offset(), bias, 0, bias.length);
    return bias;
  }
}
