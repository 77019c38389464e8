package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.collective.Ranks.PATIENCE;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Collective;
import org.palimpsest.model.HeapVector;

/** What ranks are told of each other when one does not come, or leaves. */
@Timeout(60)
class C10dFailuresTest {
  private static final Duration SHORT = Duration.ofSeconds(1);

  private Ranks ranks;

  @BeforeEach
  void listen() {
    ranks = new Ranks();
  }

  @AfterEach
  void close() throws InterruptedException {
    ranks.end();
  }

  @Test
  void aRankThatNeverJoinsIsNamed() {
    long start = System.nanoTime();

    assertThatThrownBy(() -> C10dCollective.join(ranks.address(), 1, 3, SHORT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Only 1 of 3 replicas joined within 1 s: ranks 0, 2 did not come; the executor's log"
                + " says why, or the cluster has fewer free slots than replicas.");
    assertThat(secondsSince(start)).isBetween(0.9, 5.0);
  }

  @Test
  void aRankThatDoesNotComeToASumIsNamed() throws InterruptedException {
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
            "The replicas did not finish a sum within 1 s: rank 1 did not come; the log of that"
                + " executor says why.");
  }

  @Test
  void aRankThatLeavesIsNoticedAtOnce() throws InterruptedException {
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
            "Rank 0 lost the other replicas in a sum: rank 1 has ended; the log of that executor"
                + " says why.\n"
                + "Rank 0 cannot take part in a barrier: its collective has failed before; start"
                + " the segment again.");
  }

  /** As when Spark stops a stage: the waiting rank ends when the other, stopped too, leaves. */
  @Test
  void anInterruptedRankSaysSoWhenTheOtherLeaves() throws InterruptedException {
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
  void anotherRunsTokenIsRefused() {
    String address = ranks.address();
    String place = address.substring(0, address.lastIndexOf(':'));

    assertThatThrownBy(() -> C10dCollective.join(place + ":0000", 0, 1, SHORT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The rendezvous at %s belongs to another run: its token differs; start the run again.",
            place);
  }

  @Test
  void aRankJoinsOnce() throws InterruptedException {
    ranks.together(1, PATIENCE, Collective::rank);

    assertThatThrownBy(() -> C10dCollective.join(ranks.address(), 0, 1, SHORT))
        .hasMessage("Rank 0 joined twice: each rank joins a rendezvous once.");
  }

  @Test
  void aRendezvousThatIsGoneIsNamed() {
    String address = ranks.address();
    ranks.leave();

    assertThatThrownBy(() -> C10dCollective.join(address, 1, 2, SHORT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Rank 1 cannot reach the rendezvous at %s within 1 s: rank 0 has ended, or the network"
                + " between the executors blocks that port.",
            address.substring(0, address.lastIndexOf(':')));
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    assertThatThrownBy(() -> C10dCollective.join("nonsense", 0, 1, SHORT))
        .hasMessage("'nonsense' is not the address of a rendezvous: it should be host:port:token.");
  }

  @Test
  void aHostOfAnotherMachineIsRefused() {
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
