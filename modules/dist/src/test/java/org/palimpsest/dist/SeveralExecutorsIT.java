package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;

/**
 * Replicas in executor processes of the assembled folder: after 50 steps, their parameters are
 * those of one replica on the joined batch, within 1e-5 of the largest parameter.
 */
@Tag("cluster")
class SeveralExecutorsIT {
  private static final int STEPS = 50;
  private static final double TOLERANCE = 1e-5;

  @TempDir private static Path folder;

  private static InProcess cluster;
  private static float[] alone;

  @BeforeAll
  static void startCluster() throws IOException {
    cluster = InProcess.withTestClasses("local-cluster[3,1,1024]", Map.of());
    alone = train(recipe(1, "gradients", "collective"));
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource({
    "2, gradients, collective",
    "3, gradients, collective",
    "2, parameters, collective",
    "3, parameters, collective",
    "2, parameters, spark"
  })
  void replicasWithUnequalTokensMatchOneReplicaOnTheJoinedBatch(
      int workers, String aggregate, String transport) throws IOException {
    float[] together = train(recipe(workers, aggregate, transport));

    assertThat(farthest(together, alone))
        .as("largest difference between the replicas and one")
        .isLessThan(TOLERANCE * largest(alone));
  }

  @ParameterizedTest
  @Tag("torture")
  @CsvSource("3, parameters, spark")
  void threeReplicasMatchOneThroughSpark(int workers, String aggregate, String transport)
      throws IOException {
    replicasWithUnequalTokensMatchOneReplicaOnTheJoinedBatch(workers, aggregate, transport);
  }

  @Test
  void singleReplicaLearns() {
    assertThat(farthest(alone, UnequalWorkload.firstParameters()))
        .as("largest change by the training")
        .isGreaterThan(1000 * TOLERANCE * largest(alone));
  }

  @Test
  void replicasThatSumGradientsStayIdentical() throws IOException {
    Recipe recipe = recipe(3, "gradients", "collective").with("run.directory=" + folder + "/same");
    train(recipe);

    List<float[]> replicas = recordings(recipe);
    assertThat(replicas).as("processes that held a replica").hasSize(3);
    replicas.forEach(replica -> assertThat(replica).containsExactly(replicas.get(0)));
  }

  private static double farthest(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double farthest = 0;
    for (int i = 0; i < a.length; i++) {
      farthest = Math.max(farthest, Math.abs(a[i] - b[i]));
    }
    return farthest;
  }

  private static double largest(float[] numbers) {
    return farthest(numbers, new float[numbers.length]);
  }

  private static Recipe recipe(int workers, String aggregate, String transport) {
    return Recipe.defaults()
        .with(
            "run.directory=" + folder.resolve(workers + aggregate + transport),
            "training.steps=" + STEPS,
            "training.workers=" + workers,
            "training.aggregate=" + aggregate,
            "training.transport=" + transport,
            "training.inner-steps=1",
            "optimizer.kind=sgd",
            "optimizer.clip-norm=0",
            "schedule.kind=constant",
            "schedule.peak=0.1",
            "schedule.warm-up-steps=0");
  }

  /** The parameters of the last checkpoint. */
  private static float[] train(Recipe recipe) throws IOException {
    Path recordings = Files.createDirectories(Path.of(recipe.directory(), "recordings"));
    UnequalWorkload workload = new UnequalWorkload(recordings.toString());
    RunResult result =
        Run.of(recipe, cluster.session(), workload, Map.of(), RunListener.none()).train();
    assertThat(result.ending()).isEqualTo(RunResult.Ending.FINISHED);
    return new ClusterRuns(cluster, folder).parameters(recipe);
  }

  /** The last parameters of every process that held a replica. */
  private static List<float[]> recordings(Recipe recipe) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(recipe.directory(), "recordings"))) {
      return files.map(SeveralExecutorsIT::parameters).toList();
    }
  }

  private static float[] parameters(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      float[] parameters = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(parameters);
      return parameters;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
