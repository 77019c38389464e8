package org.palimpsest.tasks.denoising;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.process.ChildJvm;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.DataPhase;
import org.palimpsest.training.event.RunListener;

/** Seven nights of training on text that comes in every day. */
@ExtendWith(SparkExtension.class)
@Tag("cluster")
@Tag("torture")
class SevenNightsTest {
  @TempDir Path folder;

  /** Two nights in which nothing happens. */
  private Path begin(SparkSession spark) throws Exception {
    Path run = Files.createDirectories(folder.resolve("undisturbed"));
    Nights nights = new Nights(spark, run);
    nights.prepare(text(1));
    nights.train(1, RunListener.none());

    nights.prepare(text(2));
    nights.train(2, RunListener.none());
    return run;
  }

  /** The killed night is the third one; the fourth one has no text and repeats what is missing. */
  private Checkpoint goOn(Path run, SparkSession spark, boolean isKilled) throws Exception {
    Nights nights = new Nights(spark, run);
    if (isKilled) {
      assertThat(killed(run)).isEqualTo(Nights.KILLED);
    } else {
      nights.prepare(text(3));
      nights.train(3, RunListener.none());
    }

    Path nothing = Files.writeString(folder.resolve("day-4.txt"), "");
    nights.prepare(nothing);
    nights.train(4, RunListener.none());

    nights.withdraw(text(2));
    nights.prepare(text(5));
    nights.train(5, RunListener.none());

    nights.prepare(text(6));
    nights.train(6, RunListener.none(), "training.workers=3");

    nights.prepare(text(7));
    return nights.train(7, RunListener.none(), "corpus.mix=0.5");
  }

  private Path text(int day) throws IOException {
    return Nights.text(folder, day);
  }

  private int killed(Path run) throws Exception {
    int step = 2 * Nights.STEPS + 2;
    Process process =
        ChildJvm.of(Nights.class, run.toString(), text(3).toString(), "3", "" + step)
            .with("-Xmx1g")
            .start(folder.resolve("killed.log"));
    return process.waitFor();
  }

  @Test
  void aKilledNightChangesNothing(SparkSession spark) throws Exception {
    Path run = begin(spark);
    Path copy = folder.resolve("killed");
    FileUtils.copyDirectory(run.toFile(), copy.toFile());
    Checkpoint killed = goOn(copy, spark, true);
    Checkpoint undisturbed = goOn(run, spark, false);

    assertThat(killed.step()).isEqualTo(7L * Nights.STEPS);
    assertThat(killed.state().phases()).isEqualTo(undisturbed.state().phases());
    assertThat(killed.state().phases().stream().map(DataPhase::step))
        .isEqualTo(List.of(0L, 4L, 8L, 16L, 20L, 24L));
    assertThat(killed.file(Checkpoint.PARAMETERS).sha256())
        .isEqualTo(undisturbed.file(Checkpoint.PARAMETERS).sha256());
  }
}
