package org.palimpsest.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;
import org.palimpsest.storage.Lease;

/**
 * A checkpoint that cannot be read may be good: nothing passes it over, and nothing deletes it. One
 * that is certainly damaged is passed over and put aside.
 */
class UnreadableCheckpointsTest extends FaultyCheckpointCase {
  private final List<String> warnings = new ArrayList<>();

  /** A way to look for a checkpoint. */
  private record Search(String name, Function<Checkpoints, ?> run) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Search> searches() {
    return Stream.of(
        new Search("newest", Checkpoints::newest),
        new Search("newest with recipe", Checkpoints::newestWithRecipe),
        new Search("newest model", all -> all.newestModel(w -> {})),
        new Search("newest valid", all -> all.newestValid(w -> {})));
  }

  @BeforeEach
  void publish() {
    published.publish(10, 1);
    published.publish(20, 1);
  }

  private void failEvery(String call, Way way) {
    plan.count(call::equals);
    plan.fail(1, way, Extent.FROM_THEN_ON);
  }

  private void assertNothingIsDeleted() throws IOException {
    for (long step : new long[] {10, 20}) {
      try (var files = Files.list(disk.resolve(PublishedCheckpoints.name(step, 1)))) {
        assertThat(files).as("files of step %s", step).hasSize(6);
      }
    }
  }

  private Checkpoint recovered() {
    try (Lease lease = published.lease()) {
      return published.all().recoverNewest(lease, warnings::add).orElseThrow();
    }
  }

  @ParameterizedTest
  @MethodSource("searches")
  void everySearchStopsAtACheckpointThatCannotBeRead(Search search) throws IOException {
    failEvery("open manifest.json", Way.DENIED_AS_NOT_FOUND);
    assertStops(() -> search.run().apply(published.all()));
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCESS_DENIED", "TIMEOUT", "FS_ERROR"})
  void whateverPreventsReadingStopsARun(Way way) throws IOException {
    failEvery("open parameters.bin", way);
    assertStops(this::recovered);
  }

  private void assertStops(ThrowingCallable search) throws IOException {
    assertThatThrownBy(search)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("step-00000020-f1 may be good, but it cannot be read (")
        .hasMessageEndingWith(
            "): make it readable, or move its folder elsewhere to do without it; nothing was"
                + " deleted.");
    assertNothingIsDeleted();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status manifest.json",
        "open state.json",
        "read state.json",
        "open parameters.bin",
        "read parameters.bin",
        "list step-00000020-f1"
      })
  void everyFileCounts(String call) throws IOException {
    failEvery(call, Way.DENIED_AS_NOT_FOUND);
    assertThatThrownBy(this::recovered)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("step-00000020-f1")
        .hasMessageContaining("(Permission denied)");
    plan.repair();
    assertNothingIsDeleted();
    assertThat(recovered().step()).isEqualTo(20);
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCESS_DENIED", "DENIED_AS_NOT_FOUND"})
  void foldersThatCannotBeListedAreNotMissing(Way way) {
    failEvery("list " + disk.getFileName(), way);
    assertThatThrownBy(() -> published.all().names())
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(" cannot be listed: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9", "0"})
  void anotherVersionIsNoDamage(String version) throws IOException {
    Path folder = disk.resolve(PublishedCheckpoints.name(20, 1));
    PublishedCheckpoints.rewrite(
        folder, "manifest.json", "\"version\" : 1", "\"version\" : " + version);
    String sentence =
        "The checkpoint faulty:"
            + folder
            + " has format version "
            + version
            + ", but this version of Palimpsest reads 1 and 2: use the version that wrote it.";
    assertThatThrownBy(this::recovered).hasMessage(sentence);
    // Another version may compute the checksum in another way.
    Path manifest = folder.resolve("manifest.json");
    Files.writeString(manifest, Files.readString(manifest).replace("\"fence\"", "\"fences\""));
    assertThatThrownBy(this::recovered).hasMessage(sentence);
    assertNothingIsDeleted();
  }

  @Test
  void anotherParameterLayoutIsNoDamage() throws IOException {
    Path folder = disk.resolve(PublishedCheckpoints.name(20, 1));
    PublishedCheckpoints.rewrite(
        folder, "state.json", "\"layoutVersion\":1", "\"layoutVersion\":7");
    assertThatThrownBy(this::recovered)
        .hasMessageContaining("step-00000020-f1 has parameter layout 7, but")
        .hasMessageEndingWith(": use the version that wrote it.");
    assertNothingIsDeleted();
  }

  @Test
  void anUnknownFieldIsNoDamage() throws IOException {
    Path folder = disk.resolve(PublishedCheckpoints.name(20, 1));
    PublishedCheckpoints.rewrite(folder, "state.json", "\"step\":", "\"later\":1,\"step\":");
    assertThatThrownBy(this::recovered)
        .hasMessageContaining("step-00000020-f1 is not one that this version of Palimpsest reads (")
        .hasMessageContaining("later")
        .hasMessageEndingWith("): use the version that wrote it.");
    assertNothingIsDeleted();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "manifest.json",
        "state.json",
        "parameters.bin",
        "optimizer-00000.bin",
        "recipe.conf"
      })
  void aDamagedCheckpointIsPassedOverAndPutAside(String name) throws IOException {
    PublishedCheckpoints.flipABit(published.file(20, 1, name));
    assertThat(recovered().step()).isEqualTo(10);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("step-00000020-f1")
        .contains("is damaged")
        .endsWith(" The checkpoint faulty:" + disk + "/step-00000010-f1 is used instead.");
    assertThat(Files.readString(published.file(20, 1, "quarantine.json")))
        .contains("is damaged")
        .contains("\"time\" : \"20");
    PublishedCheckpoints.flipABit(published.file(20, 1, name)); // What was put aside stays there.
    assertThat(recovered().step()).isEqualTo(10);
  }

  @Test
  void aMissingFileIsDamage() throws IOException {
    Files.delete(published.file(20, 1, "optimizer-00000.bin"));
    assertThat(recovered().step()).isEqualTo(10);
    assertThat(warnings).singleElement().asString().contains("optimizer-00000.bin is damaged");
  }

  @Test
  void aModelNeedsNoOptimizerState() {
    PublishedCheckpoints.flipABit(published.file(20, 1, "optimizer-00000.bin"));
    assertThat(published.all().newestModel(warnings::add).orElseThrow().step()).isEqualTo(20);
    assertThat(warnings).isEmpty();
    PublishedCheckpoints.flipABit(published.file(20, 1, "parameters.bin"));
    assertThat(published.all().newestModel(warnings::add).orElseThrow().step()).isEqualTo(10);
    assertThat(warnings).singleElement().asString().contains("parameters.bin is damaged");
  }

  @Test
  void aRunDoesNotStartAnewIfNoneIsIntact() throws IOException {
    PublishedCheckpoints.flipABit(published.file(10, 1, "manifest.json"));
    PublishedCheckpoints.flipABit(published.file(20, 1, "parameters.bin"));
    assertThatThrownBy(this::recovered)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "There are checkpoints in faulty:"
                + disk
                + ", but none is intact: restore one from a copy, or start over with --fresh. ")
        .hasMessageContaining("step-00000020-f1/parameters.bin is damaged");
    assertNothingIsDeleted();
  }

  @Test
  void nothingUnfinishedStays() {
    published.leaveUnfinished("step-00000030-dead");
    published.leaveUnfinished("step-00000005-dead");
    assertThat(recovered().step()).isEqualTo(20);
    assertThat(published.all().names()).containsExactly("step-00000010-f1", "step-00000020-f1");
  }
}
