package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.collective.Ranks.PATIENCE;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.collective.C10dCollective.Call;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.VectorPart;

/** Vectors of devices, with groups whose operations do not end, or fail. */
@Timeout(60)
@Tag("cluster")
class DeviceFailuresTest {
  @RegisterExtension private final Ranks ranks = new Ranks();

  /** A group whose operations do not end, or fail. */
  private static final class Fake implements DeviceGroup {
    private final RuntimeException failure;
    private boolean endsAtOnce;
    private int aborts;
    private int closed;

    Fake(RuntimeException failure) {
      this.failure = failure;
    }

    @Override
    public boolean takes(FlatVector vector) {
      return true;
    }

    @Override
    public Running sum(FlatVector vector) {
      if (failure != null) {
        throw failure;
      }
      return new Running() {
        @Override
        public boolean isEnded() {
          return endsAtOnce || aborts > 0;
        }

        @Override
        public void finish() {
          assertThat(endsAtOnce).as("ended").isTrue();
        }

        @Override
        public void close() {
          closed++;
        }
      };
    }

    @Override
    public Running broadcast(FlatVector vector, int root) {
      return sum(vector);
    }

    @Override
    public Running allToAll(FlatVector outgoing, FlatVector incoming) {
      return sum(outgoing);
    }

    @Override
    public Running allGather(FlatVector own, FlatVector all) {
      return sum(own);
    }

    @Override
    public void abort() {
      aborts++;
    }

    @Override
    public void close() {}
  }

  private static void refused(Fake group, String message) {
    DeviceSums sums = new DeviceSums(0, Optional.of(() -> group), () -> List.of(1));
    Call call = new Call("sum", Deadline.in(Duration.ofMillis(300)));
    assertThatThrownBy(() -> sums.sum(new NativeVector(5), call))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(message);
    assertThat(group.aborts).as("aborts").isEqualTo(1);
  }

  private static DeviceSums begun(Fake group, VectorPart part) {
    DeviceSums sums = new DeviceSums(0, Optional.of(() -> group), () -> List.of(1));
    Call call = new Call("sum", Deadline.in(Duration.ofMillis(300)));
    group.endsAtOnce = true;
    sums.sum(part.whole(), call); // makes the group
    group.endsAtOnce = false;
    sums.begin(part, call);
    return sums;
  }

  @Test
  void closingAbortsSumsThatNobodyWaitsFor() {
    Fake group = new Fake(null);
    DeviceSums sums = begun(group, new VectorPart(new NativeVector(5), 0, 5));
    assertThat(group.aborts).as("aborts so far").isZero();
    sums.close();
    assertThat(group.aborts).as("aborts").isEqualTo(1);
    assertThat(group.closed).as("closed sums, with the first one").isEqualTo(2);
  }

  @Test
  void partsHaveTheDeadlineOfTheWhole() {
    Fake group = new Fake(null);
    FlatVector vector = new NativeVector(5);
    DeviceSums sums = begun(group, new VectorPart(vector, 0, 5));
    assertThatThrownBy(() -> sums.sum(vector, new Call("sum", Deadline.in(Duration.ofMillis(200)))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The replicas did not finish a sum within 200 ms: rank 1 is missing; see the log of"
                + " the executor.");
    assertThat(group.aborts).as("aborts").isEqualTo(1);
  }

  @Test
  void aSumNeedsAllPartsOrNone() {
    FlatVector vector = new NativeVector(5);
    DeviceSums sums = begun(new Fake(null), new VectorPart(vector, 2, 3));
    assertThatThrownBy(() -> sums.sum(vector, new Call("sum", Deadline.in(PATIENCE))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("sums of 3 elements were begun, of a vector of 5");
  }

  @Test
  void abortsAtTheDeadline() {
    refused(
        new Fake(null),
        "The replicas did not finish a sum within 300 ms: rank 1 is missing; see the log of the"
            + " executor.");
  }

  @Test
  void aTransferAbortsAtTheDeadlineToo() {
    Fake group = new Fake(null);
    DeviceSums sums = new DeviceSums(0, Optional.of(() -> group), () -> List.of(1));
    Call call = new Call("transfer", Deadline.in(Duration.ofMillis(300)));
    assertThatThrownBy(() -> sums.allGather(new NativeVector(5), new NativeVector(10), call))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The replicas did not finish a transfer within 300 ms: rank 1 is missing; see the log"
                + " of the executor.");
    assertThat(group.aborts).as("aborts").isEqualTo(1);
  }

  @Test
  void abortsWhenItsThreadIsInterrupted() {
    Fake group = new Fake(null);
    DeviceSums sums = new DeviceSums(0, Optional.of(() -> group), List::of);
    Call call = new Call("sum", Deadline.in(PATIENCE));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> sums.broadcast(new NativeVector(5), 1, call))
        .hasMessage("Rank 0 was stopped while it waited for the others in a sum.");
    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    assertThat(group.aborts).isEqualTo(1);
  }

  @Test
  void aMissingInterfaceIsNamed() {
    refused(
        new Fake(new RuntimeException("ncclInternalError: Bootstrap : no socket interface found")),
        "NCCL finds no network interface on the machine of rank 0: set NCCL_SOCKET_IFNAME in the"
            + " environment of the executors (spark.executorEnv.NCCL_SOCKET_IFNAME) to the"
            + " interface by which they reach each other, or set training.collective.gpus = gloo.");
  }

  @Test
  void aSharedGpuIsNamed() {
    refused(
        new Fake(new RuntimeException("Duplicate GPU detected : rank 0 and rank 1")),
        "Two replicas compute on one GPU, which NCCL refuses: give each replica a GPU of its own"
            + " (spark.task.resource.gpu.amount = 1), or set training.collective.gpus = gloo.");
  }

  @Test
  void otherErrorsNameTheRankThatIsGone() {
    refused(
        new Fake(new RuntimeException("NCCL error: remote process exited")),
        "Rank 0 lost the other replicas in a sum: rank 1 has ended; see the log of the executor.");
  }

  @Test
  void afterAnErrorTheCollectiveIsBroken() throws InterruptedException {
    Fake group = new Fake(new RuntimeException("NCCL error: remote process exited"));
    List<String> messages =
        ranks.together(
            1,
            PATIENCE,
            Optional.of((run, allowed) -> group),
            collective -> {
              assertThatThrownBy(() -> collective.sum(new NativeVector(5)))
                  .isInstanceOf(PalimpsestException.class);
              return message(collective);
            });
    assertThat(messages)
        .containsExactly(
            "Rank 0 cannot start a barrier: its collective has failed before; start the segment"
                + " again.");
  }

  private static String message(Collective collective) {
    try {
      collective.barrier();
      return "";
    } catch (PalimpsestException e) {
      return e.getMessage();
    }
  }
}
