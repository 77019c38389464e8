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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.training.Recipe;
import org.palimpsest.training.Run;
import org.palimpsest.training.RunListener;
import org.palimpsest.training.RunResult;

/**
 * Replicas in two executor processes over the assembled folder: what they learn together is what
 * one learns from the joined batch.
 */
class TwoExecutorsIT {
  private static final String STEPS = "3";
  private static final double TOLERANCE = 1e-5;

  @TempDir private static Path folder;

  private static InProcess cluster;

  @BeforeAll
  static void startCluster() {
    // The executors find the test's classes beside the folder's jars.
    System.setProperty(
        "spark.executor.extraClassPath",
        Path.of(UnequalWorkload.class.getProtectionDomain().getCodeSource().getLocation().getPath())
            .toString());
    cluster = new InProcess("local-cluster[2,1,1024]");
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @Test
  void twoReplicasWithUnequalTokensLearnWhatOneLearnsFromTheJoinedBatch() {
    List<float[]> two = train(2);
    List<float[]> one = train(1);

    assertThat(two).as("processes that held a replica of two").hasSize(2);
    assertThat(two.get(0)).as("parameters of both executors").isEqualTo(two.get(1));
    assertThat(one).as("processes that held the only replica").hasSize(1);
    assertThat(farthest(two.get(0), one.get(0)))
        .as("largest difference between two replicas and one")
        .isLessThan(TOLERANCE);
    assertThat(farthest(one.get(0), UnequalWorkload.firstParameters()))
        .as("largest change by the training")
        .isGreaterThan(1000 * TOLERANCE);
  }

  private static double farthest(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double farthest = 0;
    for (int i = 0; i < a.length; i++) {
      farthest = Math.max(farthest, Math.abs(a[i] - b[i]));
    }
    return farthest;
  }

  private static List<float[]> train(int workers) {
    Path witnesses = folder.resolve("witnesses-" + workers);
    Recipe recipe =
        Recipe.defaults()
            .with(
                "run.directory=" + folder.resolve("run-" + workers),
                "training.steps=" + STEPS,
                "training.workers=" + workers,
                "training.aggregate=gradients",
                "training.inner-steps=1",
                "optimizer.kind=sgd",
                "schedule.kind=constant",
                "schedule.peak=0.1",
                "schedule.warm-up-steps=0");
    try {
      Files.createDirectories(witnesses);
      RunResult result =
          Run.of(
                  recipe,
                  cluster.session(),
                  new UnequalWorkload(witnesses.toString()),
                  Map.of(),
                  RunListener.none())
              .train();
      assertThat(result.ending()).isEqualTo(RunResult.Ending.FINISHED);
      try (Stream<Path> files = Files.list(witnesses)) {
        return files.map(TwoExecutorsIT::parameters).toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
