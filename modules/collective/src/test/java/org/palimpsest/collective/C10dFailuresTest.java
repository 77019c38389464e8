package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.collective.Ranks.PATIENCE;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Collective;
import org.palimpsest.model.HeapVector;

/** Errors of ranks when another rank is missing or leaves. */
@Timeout(60)
@Tag("cluster")
class C10dFailuresTest {
  private static final Duration SHORT = Duration.ofSeconds(1);

  @RegisterExtension private final Ranks ranks = new Ranks();

  @Test
  void namesRanksThatNeverJoin() {
    long start = System.nanoTime();

    assertThatThrownBy(() -> C10dCollective.join(ranks.address(), 1, 3, SHORT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Only 1 of 3 replicas joined within 1 s: ranks 0, 2 are missing; see the logs of the"
                + " executors, or give the cluster as many free slots as replicas.");
    assertThat(secondsSince(start)).isBetween(0.9, 5.0);
  }

  @Test
  void namesRanksThatMissASum() throws InterruptedException {
    List<String> messages =
        ranks.together(
            2,
            SHORT,
            collective -> {
              collective.barrier();
              if (collective.rank() == 1) {
                sleep(2500);
                return "";
              }
              long start = System.nanoTime();
              String message = messageOf(() -> collective.sum(new HeapVector(10)));
              assertThat(secondsSince(start)).isBetween(0.9, 2.4);
              return message;
            });

    assertThat(messages.get(0))
        .isEqualTo(
            "The replicas did not finish a sum within 1 s: rank 1 is missing; see the log of the"
                + " executor.");
  }

  @Test
  void noticesALeavingRankAtOnce() throws InterruptedException {
    List<String> messages =
        ranks.together(
            2,
            PATIENCE,
            collective -> {
              collective.barrier();
              if (collective.rank() == 1) {
                collective.close();
                return "";
              }
              long start = System.nanoTime();
              String first = messageOf(() -> collective.sum(new HeapVector(10)));
              String second = messageOf(() -> collective.barrier());
              assertThat(secondsSince(start)).isLessThan(10);
              return first + "\n" + second;
            });

    assertThat(messages.get(0))
        .isEqualTo(
            "Rank 0 lost the other replicas in a sum: rank 1 has ended; see the log of the"
                + " executor.\n"
                + "Rank 0 cannot start a barrier: its collective has failed before; start"
                + " the segment again.");
  }

  /** As when Spark stops a stage: a waiting rank ends when the other rank, also stopped, leaves. */
  @Test
  void interruptedRankEndsWhenTheOtherLeaves() throws InterruptedException {
    List<String> messages =
        ranks.together(
            2,
            PATIENCE,
            collective -> {
              collective.barrier();
              if (collective.rank() == 1) {
                sleep(1000);
                return "";
              }
              Thread waiting = Thread.currentThread();
              ranks.execute(
                  () -> {
                    sleep(300);
                    waiting.interrupt();
                  });
              long start = System.nanoTime();
              String message = messageOf(() -> collective.sum(new HeapVector(10)));
              assertThat(Thread.interrupted()).isTrue();
              assertThat(secondsSince(start)).isLessThan(10);
              return message;
            });

    assertThat(messages.get(0))
        .isEqualTo("Rank 0 was stopped while it waited for the others in a sum.");
  }

  @Test
  void refusesTheTokenOfAnotherRun() {
    String address = ranks.address();
    String place = address.substring(0, address.lastIndexOf(':'));

    assertThatThrownBy(() -> C10dCollective.join(place + ":0000", 0, 1, SHORT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The rendezvous at %s belongs to another run, as its token differs: start the run again.",
            place);
  }

  @Test
  void refusesToJoinTwice() throws InterruptedException {
    ranks.together(1, PATIENCE, Collective::rank);

    assertThatThrownBy(() -> C10dCollective.join(ranks.address(), 0, 1, SHORT))
        .hasMessage("Rank 0 joined twice: each rank joins a rendezvous once.");
  }

  @Test
  void reportsAClosedRendezvous() {
    String address = ranks.address();
    ranks.leave();

    assertThatThrownBy(() -> C10dCollective.join(address, 1, 2, SHORT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Rank 1 cannot reach the rendezvous at %s within 1 s: rank 0 has ended, or the network"
                + " between the executors blocks that port; see the log of rank 0's executor.",
            address.substring(0, address.lastIndexOf(':')));
  }

  @Test
  void refusesAnInvalidAddress() {
    assertThatThrownBy(() -> C10dCollective.join("nonsense", 0, 1, SHORT))
        .hasMessage("'nonsense' is not the address of a rendezvous: give host:port:token.");
  }

  @Test
  void refusesTheHostOfAnotherMachine() {
    assertThatThrownBy(() -> Rendezvous.listen("192.0.2.1", SHORT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("Rank 0 cannot listen on 192.0.2.1: choose a name or address");
  }

  private static String messageOf(Runnable call) {
    try {
      call.run();
      return "it did not fail";
    } catch (PalimpsestException e) {
      assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.CLUSTER);
      return e.getMessage();
    }
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
