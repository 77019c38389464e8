package org.palimpsest.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;
import org.palimpsest.storage.Lease;

/** What is deleted when, and what never is. */
class PruningTest extends FaultyCheckpointCase {
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void publish() {
    for (long step = 10; step <= 50; step += 10) {
      published.publish(step, 1);
    }
  }

  private <T> T pruning(Function<Pruning, T> use) {
    try (Lease lease = published.lease()) {
      return use.apply(new Pruning(published.all(), lease, warnings::add));
    }
  }

  private List<String> verifyAndDelete(int keep, long... best) {
    return pruning(p -> p.verifyAndDelete(keep, names(best)::contains));
  }

  private void deleteOld(int keep, Set<String> verified, long... best) {
    boolean unused =
        pruning(
            p -> {
              p.deleteOld(keep, verified, names(best)::contains);
              return true;
            });
  }

  private List<Long> left() {
    return published.all().names().stream()
        .map(name -> Long.parseLong(name.substring(5, 13)))
        .toList();
  }

  private void damage(long step) {
    PublishedCheckpoints.flipABit(published.file(step, 1, Checkpoint.PARAMETERS));
  }

  private void failEvery(String call, Way way) {
    plan.count(call::equals);
    plan.fail(1, way, Extent.FROM_THEN_ON);
  }

  @Test
  void keepsTheNewest() {
    published.leaveUnfinished("step-00000045-dead");
    assertThat(verifyAndDelete(2))
        .containsExactlyInAnyOrder(
            "step-00000010-f1", "step-00000020-f1", "step-00000030-f1", "step-00000045-dead");
    assertThat(left()).containsExactly(40L, 50L);
    assertThat(warnings).isEmpty();
  }

  @Test
  void damagedCheckpointIsNotCounted() {
    damage(50);
    assertThat(verifyAndDelete(1)).hasSize(3);
    assertThat(left()).containsExactly(40L, 50L);
    assertThat(published.file(50, 1, "quarantine.json")).exists();
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("step-00000050-f1/parameters.bin is damaged")
        .endsWith(" It was put aside.");
    assertThat(published.all().newestValid(w -> {}).orElseThrow().step()).isEqualTo(40);
  }

  @Test
  void whatIsPutAsideIsNeitherCountedNorDeleted() {
    damage(50);
    damage(40);
    assertThat(verifyAndDelete(1)).hasSize(2);
    published.publish(60, 1);
    published.publish(70, 1);
    assertThat(verifyAndDelete(1))
        .containsExactlyInAnyOrder("step-00000030-f1", "step-00000060-f1");
    assertThat(left()).containsExactly(40L, 50L, 70L);
  }

  @Test
  void bestIsKeptIfItIsGood() {
    damage(10);
    assertThat(verifyAndDelete(1, 20, 10)).hasSize(2);
    assertThat(left()).containsExactly(10L, 20L, 50L);
    assertThat(published.file(10, 1, "quarantine.json")).exists();
  }

  @Test
  void nothingIsDeletedIfNoneIsGood() {
    for (long step = 10; step <= 50; step += 10) {
      damage(step);
    }
    published.leaveUnfinished("step-00000045-dead");
    assertThatThrownBy(() -> verifyAndDelete(1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(", but none is intact: restore one from a copy, or start over");
    assertThat(left()).hasSize(6);
  }

  @Test
  void nothingIsDeletedIfOneCannotBeRead() {
    failEvery("open parameters.bin", Way.DENIED_AS_NOT_FOUND);
    assertThatThrownBy(() -> verifyAndDelete(2))
        .hasMessageContaining("step-00000050-f1 may be good, but it cannot be read (");
    plan.repair();
    PublishedCheckpoints.rewrite(
        disk.resolve("step-00000010-f1"), "manifest.json", "\"version\" : 1", "\"version\" : 9");
    assertThatThrownBy(() -> verifyAndDelete(2)).hasMessageContaining("has format version 9");
    assertThat(left()).hasSize(5);
  }

  @Test
  void onlyUnfinishedFoldersAreDeletedIfThereIsNothingElse() {
    PublishedCheckpoints other = PublishedCheckpoints.onDisk(disk.resolve("other"));
    other.leaveUnfinished("step-00000045-dead");
    try (Lease lease = other.lease()) {
      assertThat(new Pruning(other.all(), lease, warnings::add).verifyAndDelete(1, name -> false))
          .containsExactly("step-00000045-dead");
    }
  }

  @Test
  void runDeletesWhatIsOlderThanTheVerifiedOnes() {
    deleteOld(2, names(50, 40));
    assertThat(left()).containsExactly(40L, 50L);
  }

  @Test
  void runCountsOnlyWhatItHasReadBack() {
    deleteOld(2, names(50, 30));
    assertThat(left()).containsExactly(30L, 40L, 50L);
    deleteOld(2, names(50));
    assertThat(left()).containsExactly(30L, 40L, 50L);
  }

  @Test
  void runKeepsTheBestAndWhatIsPutAside() {
    Quarantine.put(published.all().folder(PublishedCheckpoints.name(20, 1)), "It is damaged.");
    deleteOld(1, names(50), 30);
    assertThat(left()).containsExactly(20L, 30L, 50L);
  }

  @Test
  void runPutsAnOldDamagedOneAside() {
    PublishedCheckpoints.flipABit(published.file(20, 1, "manifest.json"));
    deleteOld(1, names(50));
    assertThat(left()).containsExactly(20L, 50L);
    assertThat(warnings).singleElement().asString().contains("It was put aside.");
  }

  @Test
  void runLeavesWhatItCannotReadOrDelete() {
    PublishedCheckpoints.rewrite(
        disk.resolve("step-00000020-f1"), "manifest.json", "\"version\" : 1", "\"version\" : 9");
    plan.count("delete manifest.json"::equals);
    plan.fail(1, Way.ACCESS_DENIED, Extent.ONCE);
    deleteOld(1, names(50));
    assertThat(left()).containsExactly(20L, 40L, 50L);
    assertThat(warnings)
        .hasSize(2)
        .anyMatch(w -> w.contains("step-00000020-f1 has format version 9"))
        .anyMatch(w -> w.contains("step-00000040-f1 cannot be deleted: Permission denied"));
    deleteOld(1, names(50));
    assertThat(left()).containsExactly(20L, 50L);
  }

  @Test
  void runDeletesUnfinishedFoldersOfItsOwn() {
    published.leaveUnfinished("step-00000045-mine");
    published.leaveUnfinished("step-00000045-other");
    boolean unused =
        pruning(
            p -> {
              p.deleteUnfinished(name -> name.endsWith("-mine") || name.contains("10"));
              return true;
            });
    assertThat(published.all().names()).hasSize(6).contains("step-00000045-other");
  }
}
