package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.SmallTexts;
import org.palimpsest.corpus.SparkForTests;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Manifest;

/** A preparation in another process is paused (SIGSTOP), and resumes when its lease is lost. */
@Tag("cluster")
class StoppedPreparationTest {
  private static final int LEASE_SECONDS = 4;

  @TempDir Path folder;

  @Test
  @Tag("torture")
  void onlyOneOfTwoPreparationsCountsAndTheCorpusIsWhole() throws Exception {
    Path texts = SmallTexts.write(folder.resolve("texts"));
    Path corpus = folder.resolve("corpus");
    Path log = folder.resolve("log");
    // The session starts before the other process: a slow start would outlast the lease.
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      Process stopped =
          PreparationProcess.program(
                  texts, corpus, "512m", "corpus.lease=" + LEASE_SECONDS + "s", "seed=5")
              .start(log);
      try {
        awaitLanes(stopped, corpus, 10);
        signal(stopped, "STOP");
        CorpusSettings settings =
            SmallTexts.settings(texts, corpus, Map.of("corpus.lease", LEASE_SECONDS + "s"));
        assertThatThrownBy(() -> Preparation.fresh(spark, settings))
            .isInstanceOf(PalimpsestException.class)
            .hasMessageContaining("is being written by another process (process " + stopped.pid());

        TimeUnit.SECONDS.sleep(LEASE_SECONDS + 1L);
        Manifest prepared = Preparation.fresh(spark, settings).manifest();

        signal(stopped, "CONT");
        assertThat(stopped.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(stopped.exitValue()).as(Files.readString(log)).isNotZero();
        assertThat(Files.readString(log))
            .contains(
                "This process was paused for more than " + LEASE_SECONDS + " s (corpus.lease)")
            .contains("run the command again when that one has ended.");
        Corpus after =
            Corpus.open(new org.apache.hadoop.fs.Path(corpus.toString()), new Configuration());
        assertThat(after.manifest()).isEqualTo(prepared);
        after.verify();
        CorpusCheck.run(spark, after);
      } finally {
        stopped.destroyForcibly().waitFor();
      }
    }
  }

  private static void awaitLanes(Process process, Path corpus, int lanes) {
    Path training = corpus.resolve("training");
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              assertThat(process.isAlive()).isTrue();
              String[] written = training.toFile().list();
              return written != null && written.length >= lanes;
            });
  }

  private static void signal(Process process, String name)
      throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
