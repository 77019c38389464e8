package org.palimpsest.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;
import org.palimpsest.storage.Retry;

/** A checkpoint that is published has been written to the disk and read back. */
class PublicationTest extends FaultyCheckpointCase {

  @Test
  void everythingIsSyncedAndReadBackBeforeItCounts() {
    published.publish(10, 1);
    List<String> calls = plan.calls();
    int manifest = calls.indexOf("create manifest.json.next");
    for (String file : List.of("parameters.bin", "optimizer-00000.bin", "state.json")) {
      assertThat(calls.indexOf("sync " + file)).as(file).isBetween(0, manifest);
      assertThat(calls.lastIndexOf("read " + file)).as(file).isPositive();
    }
    assertThat(calls)
        .containsSubsequence(
            "sync manifest.json.next", "rename manifest.json.next", "read manifest.json");
  }

  @Test
  void bytesThatGetLostInSilenceAreWrittenAgain() {
    plan.count("write parameters.bin"::equals);
    plan.fail(1, Way.SHORT_WRITE, Extent.ONCE);
    Checkpoint checkpoint = Retry.until(() -> published.publish(10, 1));
    checkpoint.verify();
  }

  @Test
  void manifestThatGetsLostInSilenceIsWrittenAgain() {
    plan.count("write manifest.json.next"::equals);
    plan.fail(1, Way.SHORT_WRITE, Extent.ONCE);
    Checkpoint checkpoint = Retry.until(() -> published.publish(10, 1));
    checkpoint.verify();
    assertThat(published.all().newestValid(w -> {}).orElseThrow().step()).isEqualTo(10);
  }

  @Test
  void publicationOfWhichTheReplyIsLostIsPublished() {
    plan.count("rename manifest.json.next"::equals);
    plan.fail(1, Way.LOST_REPLY, Extent.ONCE);
    assertThat(Retry.until(() -> published.publish(10, 1)).step()).isEqualTo(10);
  }

  @Test
  void fileThatIsMissingIsNotPublished() throws Exception {
    var target = published.all().folder(PublishedCheckpoints.name(10, 1));
    var files = published.files(target, 10);
    java.nio.file.Files.delete(published.file(10, 1, Checkpoint.PARAMETERS));
    assertThatThrownBy(
            () -> published.all().publish(target, PublishedCheckpoints.state(10), files, 1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("parameters.bin is damaged: it is missing");
    assertThat(published.all().newest()).isEmpty();
  }
}
