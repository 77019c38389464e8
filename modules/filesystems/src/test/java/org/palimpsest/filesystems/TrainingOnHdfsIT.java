package org.palimpsest.filesystems;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.Preparation;
import org.palimpsest.training.Recipe;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;

/**
 * SIGKILL to a process that trains with its corpus, its checkpoints and its lease on HDFS: run
 * again, it goes on, and ends with the bytes of a run that nobody disturbed.
 */
class TrainingOnHdfsIT {
  private static final int KILLS = Integer.getInteger("palimpsest.kills", 3);
  private static final long PATIENCE_SECONDS = 120;
  private static final long POLL_MS = 5;

  @TempDir static Path folder;

  private static MiniDFSCluster cluster;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    cluster = new MiniDFSCluster.Builder(hadoop).numDataNodes(2).build();
    cluster.waitActive();
    spark = TrainingProcess.session();
  }

  @AfterAll
  static void stop() {
    spark.stop();
    cluster.shutdown();
  }

  @Test
  @Timeout(900)
  void aTrainingThatIsKilledAgainAndAgainEndsAsIfNothingHadHappened()
      throws IOException, InterruptedException {
    String root = cluster.getURI() + "/data";
    CorpusOn hdfs = new CorpusOn(spark, root);
    hdfs.writeText("text/one.txt", 300, 1);
    Preparation.run(spark, hdfs.settings("text", "corpus"));
    Recipe whole = TrainingProcess.recipe(root, "whole");
    Recipe killed = TrainingProcess.recipe(root, "killed");

    Random random = new Random(1);
    int kills = 0;
    while (kills < KILLS && newest(killed) < TrainingProcess.STEPS) {
      kills += killLater(random, root, killed) ? 1 : 0;
    }
    TrainingProcess.train(spark, killed);
    TrainingProcess.train(spark, whole);

    assertThat(kills).as("processes that were killed").isEqualTo(KILLS);
    assertThat(sums(killed)).isEqualTo(sums(whole));
  }

  private static long newest(Recipe recipe) {
    return checkpoints(recipe).newest().map(Checkpoint::step).orElse(0L);
  }

  private static Checkpoints checkpoints(Recipe recipe) {
    return new Checkpoints(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration());
  }

  /** Waits for a first sign of a new checkpoint, and kills a little later if it still can. */
  private static boolean killLater(Random random, String root, Recipe recipe)
      throws IOException, InterruptedException {
    List<String> before = files(recipe);
    Process process = start(root);
    try {
      long start = System.nanoTime();
      while (process.isAlive() && files(recipe).equals(before)) {
        assertThat(System.nanoTime() - start)
            .as("waiting for files of a run")
            .isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
        Thread.sleep(POLL_MS);
      }
      boolean ended = process.waitFor(random.nextInt(300), TimeUnit.MILLISECONDS);
      assertThat(ended ? process.exitValue() : 0).as("exit code; see log.txt").isZero();
      return !ended;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static Process start(String root) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-Dpalimpsest.kills=" + KILLS,
            "-cp",
            System.getProperty("java.class.path"),
            TrainingProcess.class.getName(),
            root,
            "killed"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log.txt").toFile()))
        .start();
  }

  /** What lies in the folders of checkpoints. */
  private static List<String> files(Recipe recipe) throws IOException {
    FileSystem hdfs = cluster.getFileSystem();
    List<String> files = new ArrayList<>();
    if (hdfs.exists(recipe.checkpointPath())) {
      for (FileStatus checkpoint : hdfs.globStatus(step(recipe))) {
        files.add(checkpoint.getPath().getName());
      }
    }
    return files;
  }

  private static org.apache.hadoop.fs.Path step(Recipe recipe) {
    return new org.apache.hadoop.fs.Path(recipe.checkpointPath(), "step-*/*");
  }

  /** Checksums of everything that a run has come to. */
  private static List<String> sums(Recipe recipe) {
    Checkpoint newest = checkpoints(recipe).newestValid(warning -> {}).orElseThrow();
    List<String> sums = new ArrayList<>(Arrays.asList(Long.toString(newest.step())));
    sums.add(newest.file(Checkpoint.PARAMETERS).sha256());
    newest.state().workers().forEach(worker -> sums.add(newest.file(worker.file()).sha256()));
    return sums;
  }
}
