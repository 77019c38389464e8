package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.palimpsest.collective.Ranks.value;
import static org.palimpsest.collective.Ranks.vector;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;

/** Results of collective operations. */
@Timeout(60)
class C10dCollectiveTest {
  @RegisterExtension private final Ranks ranks = new Ranks();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyRankGetsTheSameSum(int size) throws InterruptedException {
    List<float[]> sums =
        ranks.together(
            size,
            collective -> {
              HeapVector vector = vector(100_003, collective.rank());
              collective.sum(vector);
              return vector.values();
            });

    float[] first = sums.get(0);
    sums.forEach(sum -> assertThat(sum).isEqualTo(first));
    for (int i = 0; i < first.length; i += 997) {
      float expected = 0;
      for (int rank = 0; rank < size; rank++) {
        expected += value(i, rank);
      }
      assertThat(first[i]).isEqualTo(expected, within(1e-5f));
    }
  }

  /** One rank's vector is on the heap, the other's in native memory; more than one piece each. */
  @Test
  void sumsHeapAndNativeVectors() throws InterruptedException {
    int length = ChunkedTransfer.PIECE + 12_345;
    List<float[]> ends =
        ranks.together(
            2,
            collective -> {
              try (NativeVector memory = new NativeVector(length)) {
                FlatVector vector = collective.rank() == 0 ? new HeapVector(length) : memory;
                vector.write(0, vector(length, collective.rank()).values(), 0, length);
                collective.sum(vector);
                float[] end = new float[12_345];
                vector.read(ChunkedTransfer.PIECE, end, 0, end.length);
                return end;
              }
            });

    assertThat(ends.get(0)).isEqualTo(ends.get(1));
    assertThat(ends.get(0)[7])
        .isEqualTo(value(ChunkedTransfer.PIECE + 7, 0) + value(ChunkedTransfer.PIECE + 7, 1));
  }

  @Test
  void doublesAreSummedInDoublePrecision() throws InterruptedException {
    List<double[]> sums =
        ranks.together(
            2,
            collective -> {
              double[] values = {1e-12 * collective.rank(), 1 + collective.rank(), 1};
              collective.sum(values);
              return values;
            });

    sums.forEach(sum -> assertThat(sum).containsExactly(1e-12, 3, 2));
  }

  @Test
  void broadcastsTheVectorOfTheRoot() throws InterruptedException {
    List<float[]> copies =
        ranks.together(
            3,
            collective -> {
              HeapVector vector = vector(1000, collective.rank());
              collective.broadcast(vector, 2);
              collective.barrier();
              return vector.values();
            });

    copies.forEach(copy -> assertThat(copy).isEqualTo(vector(1000, 2).values()));
  }

  @Test
  void countsTheBytesOfTheRing() throws InterruptedException {
    List<Long> bytes =
        ranks.together(
            3,
            collective -> {
              collective.sum(new HeapVector(300));
              collective.sum(new double[3]);
              collective.broadcast(new HeapVector(300), 0);
              return collective.bytesSent();
            });

    assertThat(bytes).containsOnly(1600L + 32 + 800);
  }

  /** Every rank has numbers for every other: those of rank a for rank b arrive at b from a. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void allToAllDeliversEachPiece(int size) throws InterruptedException {
    int part = 1000;
    List<float[]> got =
        ranks.together(
            size,
            collective -> {
              HeapVector outgoing = new HeapVector(size * part);
              for (int i = 0; i < size * part; i++) {
                outgoing.values()[i] = number(collective.rank(), i / part, i % part);
              }
              HeapVector incoming = new HeapVector(size * part);
              collective.allToAll(outgoing, incoming);
              assertThat(collective.bytesSent()).isEqualTo(4L * part * (size - 1));
              return incoming.values();
            });

    for (int rank = 0; rank < size; rank++) {
      for (int i = 0; i < size * part; i++) {
        assertThat(got.get(rank)[i]).isEqualTo(number(i / part, rank, i % part));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void allGatherOrdersByRank(int size) throws InterruptedException {
    int part = 777;
    List<float[]> got =
        ranks.together(
            size,
            collective -> {
              HeapVector own = new HeapVector(part);
              for (int i = 0; i < part; i++) {
                own.values()[i] = number(collective.rank(), 0, i);
              }
              HeapVector all = new HeapVector(size * part);
              collective.allGather(own, all);
              assertThat(collective.bytesSent()).isEqualTo(4L * part * (size - 1));
              return all.values();
            });

    for (float[] all : got) {
      for (int i = 0; i < size * part; i++) {
        assertThat(all[i]).isEqualTo(number(i / part, 0, i % part));
      }
    }
  }

  private static float number(int from, int to, int place) {
    return 31 * from + 7 * to + place / 1000f;
  }

  /**
   * A ring of W ranks sends 2(W − 1) messages per piece, so there must be fewer pieces if W is
   * large.
   */
  @ParameterizedTest
  @CsvSource({"1, 4194304", "2, 4194304", "16, 4194304", "64, 16777216", "512, 67108864"})
  void piecesGrowWithTheRanks(int size, int elements) {
    assertThat(ChunkedTransfer.piece(size)).isEqualTo(elements);
  }

  /** c10d by itself would listen on every interface. */
  @Test
  void rendezvousListensOnItsInterfaceOnly() throws IOException {
    int port = Address.parse(ranks.address()).port();

    new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port).close();
    assertThatThrownBy(
            () -> new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), port).close())
        .isInstanceOf(ConnectException.class);
  }

  /** Sockets and threads are native; the garbage collector does not see them. */
  @Test
  void closeReleasesSocketsAndThreads() throws IOException, InterruptedException {
    ranks.together(2, Collective::size);
    long before = openFiles();
    for (int i = 0; i < 10; i++) {
      ranks.reopen();
      ranks.together(2, Collective::size);
    }

    assertThat(openFiles()).isLessThan(before + 10);
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }
}
