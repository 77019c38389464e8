package org.palimpsest.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.palimpsest.storage.Lease;

/**
 * A process is paused until another has taken its lease, and resumes. It deletes nothing that its
 * successor needs.
 */
class StaleOwnerTest extends FaultyCheckpointCase {
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void publish() {
    published.publish(40, 1);
    published.publish(50, 1);
  }

  private List<Long> left() {
    return published.all().names().stream()
        .map(name -> Long.parseLong(name.substring(5, 13)))
        .toList();
  }

  /** Another process has taken the lease, and goes on from step 50. */
  private void takeOver() {
    try {
      Files.writeString(
          disk.resolve("lease-00000002.json"),
          """
          {"number":2,"id":"x","host":"elsewhere","pid":1,"processStartMs":5,"termMs":60000,
           "expiresMs":1,"isReleased":false,"fromStep":50}
          """);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    published.publish(55, 2);
  }

  @Test
  void processThatLostTheLeaseDeletesNothing() {
    try (Lease stale = published.lease()) {
      takeOver();
      published.publish(60, stale.number());
      Pruning pruning = new Pruning(published.all(), stale, warnings::add);
      pruning.deleteOld(1, names(60), name -> false);
      pruning.deleteUnfinished(name -> true);
      assertThatThrownBy(() -> published.all().deleteAll(stale))
          .hasMessageContaining("another run has taken its lease");
    }
    assertThat(left()).containsExactly(40L, 50L, 55L, 60L);
    assertThat(published.all().newest().orElseThrow().step()).isEqualTo(55);
  }

  /**
   * The process is paused at any moment while it prunes, also between its last check and a
   * deletion. What its successor starts from, or has published, stays.
   */
  @Test
  void processThatStoodStillAnywhereDeletesNothingThatItsSuccessorNeeds() throws IOException {
    int calls = Integer.MAX_VALUE;
    for (int moment = 0; moment <= calls; moment++) {
      deleteAll();
      publish();
      int made = callsWhile(moment);
      if (moment == 0) {
        calls = made;
        continue;
      }
      assertThat(left()).as("moment %s", moment).contains(50L, 55L);
      assertThat(published.all().newest().orElseThrow().step()).isEqualTo(55);
    }
    assertThat(calls).isGreaterThan(20);
  }

  /** Prunes as the run does after it has published step 60, and counts the calls. */
  private int callsWhile(int moment) {
    try (Lease stale = published.lease()) {
      published.publish(60, stale.number());
      published.leaveUnfinished("step-00000061-mine");
      int[] calls = {0};
      plan.count(
          call -> {
            if (++calls[0] == moment) {
              takeOver();
            }
            return false;
          });
      Pruning pruning = new Pruning(published.all(), stale, warnings::add);
      pruning.deleteUnfinished(name -> true);
      pruning.deleteOld(2, names(60, 50), name -> false);
      plan.count(call -> true);
      return calls[0];
    }
  }

  private void deleteAll() throws IOException {
    try (var all = Files.walk(disk)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(disk)) {
          Files.delete(path);
        }
      }
    }
  }
}
