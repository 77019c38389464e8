package org.palimpsest.filesystems;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.model.process.ChildJvm;
import org.palimpsest.model.process.Kill;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;

/**
 * Kills a process that trains with corpus, checkpoints, and lease on HDFS: run again, it resumes
 * and ends with the bytes of an undisturbed run.
 */
@Tag("cluster")
class TrainingOnHdfsIT {
  private static final int KILLS = Integer.getInteger("palimpsest.kills", 3);

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
  void repeatedKillsDoNotChangeTheResult() throws Exception {
    String root = cluster.getURI() + "/data";
    CorpusOn hdfs = new CorpusOn(spark, root);
    hdfs.writeText("text/one.txt", 300, 1);
    Preparation.run(spark, hdfs.settings("text", "corpus"));
    Recipe undisturbed = TrainingProcess.recipe(root, "undisturbed");
    Recipe killed = TrainingProcess.recipe(root, "killed");

    Random random = new Random(1);
    int kills = 0;
    while (kills < KILLS && newest(killed) < TrainingProcess.STEPS) {
      kills += killLater(random.nextInt(300), root, killed) ? 1 : 0;
    }
    TrainingProcess.train(spark, killed);
    TrainingProcess.train(spark, undisturbed);

    assertThat(kills).as("processes that were killed").isEqualTo(KILLS);
    assertThat(sums(killed)).isEqualTo(sums(undisturbed));
  }

  private static long newest(Recipe recipe) {
    return checkpoints(recipe).newest().map(Checkpoint::step).orElse(0L);
  }

  private static Checkpoints checkpoints(Recipe recipe) {
    return new Checkpoints(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration());
  }

  /** Kills the process when a new checkpoint appears, or a little later. */
  private static boolean killLater(int laterMs, String root, Recipe recipe) throws Exception {
    List<String> before = files(recipe);
    ChildJvm program =
        ChildJvm.of(TrainingProcess.class, root, "killed")
            .with("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dpalimpsest.kills=" + KILLS);
    return Kill.of(
        program,
        folder.resolve("log.txt"),
        () -> !files(recipe).equals(before),
        Duration.ofMillis(laterMs));
  }

  /** The files in the folders of checkpoints. */
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

  /** Step and checksums of the newest checkpoint. */
  private static List<String> sums(Recipe recipe) {
    Checkpoint newest = checkpoints(recipe).newestValid(warning -> {}).orElseThrow();
    List<String> sums = new ArrayList<>(Arrays.asList(Long.toString(newest.step())));
    sums.add(newest.file(Checkpoint.PARAMETERS).sha256());
    newest.state().workers().stream()
        .flatMap(worker -> worker.moments().stream())
        .forEach(file -> sums.add(newest.file(file).sha256()));
    return sums;
  }
}
