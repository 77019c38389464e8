package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Collective;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.process.ChildJvm;

/** Ranks in two JVMs, like two executors. */
@Timeout(90)
@Tag("cluster")
class TwoProcessesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Process> children = new ArrayList<>();

  /** Rank 1: makes a number of sums, then leaves in a given way. */
  static final class Peer {
    private Peer() {}

    public static void main(String[] arguments) {
      try (Collective collective = C10dCollective.join(arguments[0], 1, 2, PATIENCE)) {
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
          HeapVector vector = new HeapVector(new float[] {i, 1});
          collective.sum(vector);
          System.out.println(vector.values()[0] + " " + vector.values()[1]);
        }
        if (arguments[2].equals("die")) {
          Runtime.getRuntime().halt(1);
        }
        if (arguments[2].equals("hang")) {
          Thread.sleep(PATIENCE.toMillis());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (PalimpsestException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @AfterEach
  void endChildren() throws InterruptedException {
    for (Process child : children) {
      child.destroyForcibly();
      assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void bothProcessesGetTheSum() throws Exception {
    try (Rendezvous rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE)) {
      Process peer = peer(rendezvous.address(), 2, "leave");
      try (Collective collective = C10dCollective.join(rendezvous.address(), 0, 2, PATIENCE)) {
        for (int i = 0; i < 2; i++) {
          HeapVector vector = new HeapVector(new float[] {10, 0.5f});
          collective.sum(vector);
          assertThat(vector.values()).containsExactly(10 + i, 1.5f);
        }
      }
      assertThat(peer.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(output(peer)).isEqualTo("10.0 1.5\n11.0 1.5\n");
    }
  }

  @Test
  void noticesADeadProcessAtOnce() throws Exception {
    try (Rendezvous rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE)) {
      Process peer = peer(rendezvous.address(), 1, "die");
      try (Collective collective = C10dCollective.join(rendezvous.address(), 0, 2, PATIENCE)) {
        collective.sum(new HeapVector(2));
        long start = System.nanoTime();

        assertThatThrownBy(() -> collective.sum(new HeapVector(1000)))
            .isInstanceOf(PalimpsestException.class)
            .hasMessage(
                "Rank 0 lost the other replicas in a sum: rank 1 has ended; see the log of the"
                    + " executor.");
        assertThat((System.nanoTime() - start) / 1e9).isLessThan(10);
      }
      assertThat(peer.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  @Tag("torture")
  void namesAHangingProcessAtTheDeadline() throws Exception {
    Duration allowed = Duration.ofSeconds(10);
    try (Rendezvous rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE)) {
      peer(rendezvous.address(), 1, "hang");
      try (Collective collective = C10dCollective.join(rendezvous.address(), 0, 2, allowed)) {
        collective.sum(new HeapVector(2));

        assertThatThrownBy(collective::barrier)
            .isInstanceOf(PalimpsestException.class)
            .hasMessage(
                "The replicas did not finish a barrier within 10 s: rank 1 is missing; see the log"
                    + " of the executor.");
      }
    }
  }

  @Test
  void processEndsWithoutTheRendezvous() throws Exception {
    Process peer;
    try (Rendezvous rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE)) {
      peer = peer(rendezvous.address(), 2, "leave");
      try (Collective collective = C10dCollective.join(rendezvous.address(), 0, 2, PATIENCE)) {
        collective.sum(new HeapVector(2));
      }
    }

    assertThat(peer.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(output(peer))
        .isEqualTo(
            "0.0 1.0\nRank 1 lost the other replicas in a sum: rank 0 has ended; see the log of the"
                + " executor.\n");
  }

  private Process peer(String address, int sums, String end) throws IOException {
    Process child =
        ChildJvm.of(Peer.class, address, Integer.toString(sums), end).with("-Xmx256m").start();
    children.add(child);
    return child;
  }

  /** The child's output, without the lines of Gloo. */
  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("[Gloo]"))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }
}
