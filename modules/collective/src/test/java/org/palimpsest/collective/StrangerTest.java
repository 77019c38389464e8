package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.palimpsest.collective.Ranks.PATIENCE;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that reach the ports of a run without its token. */
@Timeout(90)
@Tag("cluster")
@SuppressWarnings("try") // the body uses a pointer scope only by its being open
class StrangerTest {
  private static final int SIZE = 3;

  @RegisterExtension private final Ranks ranks = new Ranks();

  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private Address address() {
    return Address.parse(ranks.address());
  }

  /** The names that a rank without the token, or of another version, would use. */
  private static List<String> guessedKeys() {
    List<String> keys = new ArrayList<>();
    for (String prefix : List.of("", "palimpsest/", "palimpsest/0000/", "default_pg/", "rank")) {
      for (int rank = 0; rank < SIZE; rank++) {
        keys.add(prefix + rank);
        keys.add(prefix + "joined/" + rank);
        keys.add(prefix + "at/" + rank);
      }
      keys.add(prefix + "token");
      keys.add(prefix + "open");
    }
    return keys;
  }

  /** Sets, counts and deletes what it can guess. */
  private void meddle() {
    try (PointerScope scope = new PointerScope()) {
      TCPStoreOptions options = new TCPStoreOptions();
      options.isServer(false).waitWorkers(false).port((short) address().port());
      options.timeout(new Milliseconds(PATIENCE.toMillis()));
      TCPStore store = new TCPStore(address().host(), options);
      for (String key : guessedKeys()) {
        store.set(key, new ByteVector(new byte[] {'9'}));
        store.deleteKey(key);
        store.add(key, 7);
      }
      store.close();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(address().host(), address().port()), 1000);
    sockets.add(socket);
    return socket;
  }

  private List<Float> trained() throws InterruptedException {
    return ranks.together(
        SIZE,
        collective -> {
          var vector = Ranks.vector(1000, collective.rank());
          for (int i = 0; i < 5; i++) {
            collective.sum(vector);
          }
          return vector.values()[7];
        });
  }

  private void assertTrains() throws InterruptedException {
    long start = System.nanoTime();
    assertThat(trained()).hasSize(SIZE).containsOnly(expected());
    assertThat((System.nanoTime() - start) / 1e9).as("seconds").isLessThan(15);
  }

  private static float expected() {
    float sum = 0;
    for (int rank = 0; rank < SIZE; rank++) {
      sum += Ranks.value(7, rank);
    }
    for (int i = 1; i < 5; i++) {
      sum *= SIZE;
    }
    return sum;
  }

  @Test
  void meddlingWithTheStoreDoesNotStallARun() throws InterruptedException {
    meddle();
    assertTrains();
  }

  @Test
  void meddlingDuringARunDoesNotStallIt() throws InterruptedException {
    List<Float> sums =
        ranks.together(
            SIZE,
            collective -> {
              var vector = Ranks.vector(1000, collective.rank());
              for (int i = 0; i < 5; i++) {
                if (collective.rank() == 1) {
                  meddle();
                }
                collective.sum(vector);
              }
              return vector.values()[7];
            });
    assertThat(sums).containsOnly(expected());
  }

  @Test
  void silentConnectionsDoNotStallARun() throws Exception {
    for (int i = 0; i < 50; i++) {
      connect();
    }
    assertTrains();
  }

  @Test
  void noiseDoesNotStallARun() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      byte[] noise = new byte[1 + random.nextInt(5000)];
      random.nextBytes(noise);
      try {
        connect().getOutputStream().write(noise);
      } catch (IOException e) {
        assertThat(e)
            .as("the store closed a connection")
            .hasMessageMatching("(?i).*(broken|reset).*");
      }
    }
    assertTrains();
  }

  @Test
  void aRankWithAnotherTokenDoesNotTakeAPlace() throws InterruptedException {
    String place = address().hostAndPort();
    for (int rank = 0; rank < SIZE; rank++) {
      int stranger = rank;
      assertThat(
              catchThrowable(() -> C10dCollective.join(place + ":0000", stranger, SIZE, PATIENCE)))
          .hasMessageContaining("belongs to another run, as its token differs");
    }
    assertTrains();
  }
}
