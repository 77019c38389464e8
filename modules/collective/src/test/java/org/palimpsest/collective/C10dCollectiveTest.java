package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.objective.PalimpsestException;

/** Ranks as threads of one JVM, as Spark's local mode has them. */
@Timeout(60)
class C10dCollectiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(1);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Rendezvous rendezvous;

  @BeforeEach
  void listen() {
    rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE);
  }

  @AfterEach
  void close() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    rendezvous.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyRankGetsTheSameSum(int size) throws Exception {
    List<float[]> sums =
        together(
            size,
            PATIENCE,
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
      assertThat(first[i]).isEqualTo(expected, org.assertj.core.api.Assertions.within(1e-5f));
    }
  }

  /** One rank's vector is on the heap, the other's in native memory; more than one piece each. */
  @Test
  void heapAndNativeVectorsMeet() throws Exception {
    int length = Passage.PIECE + 12_345;
    List<float[]> ends =
        together(
            2,
            PATIENCE,
            collective -> {
              try (FloatPointer memory = new FloatPointer(length)) {
                FlatVector vector =
                    collective.rank() == 0 ? new HeapVector(length) : new NativeVector(memory);
                vector.write(0, vector(length, collective.rank()).values(), 0, length);
                collective.sum(vector);
                float[] end = new float[12_345];
                vector.read(Passage.PIECE, end, 0, end.length);
                return end;
              }
            });

    assertThat(ends.get(0)).isEqualTo(ends.get(1));
    assertThat(ends.get(0)[7]).isEqualTo(value(Passage.PIECE + 7, 0) + value(Passage.PIECE + 7, 1));
  }

  @Test
  void doublesAreSummedInDoublePrecision() throws Exception {
    List<double[]> sums =
        together(
            2,
            PATIENCE,
            collective -> {
              double[] values = {1e-12 * collective.rank(), 1 + collective.rank(), 1};
              collective.sum(values);
              return values;
            });

    sums.forEach(sum -> assertThat(sum).containsExactly(1e-12, 3, 2));
  }

  @Test
  void theRootsVectorIsSpread() throws Exception {
    List<float[]> copies =
        together(
            3,
            PATIENCE,
            collective -> {
              HeapVector vector = vector(1000, collective.rank());
              collective.broadcast(vector, 2);
              collective.barrier();
              return vector.values();
            });

    copies.forEach(copy -> assertThat(copy).isEqualTo(vector(1000, 2).values()));
  }

  @Test
  void bytesAreThoseOfTheRing() throws Exception {
    List<Long> bytes =
        together(
            3,
            PATIENCE,
            collective -> {
              collective.sum(new HeapVector(300));
              collective.sum(new double[3]);
              collective.broadcast(new HeapVector(300), 0);
              return collective.bytesSent();
            });

    assertThat(bytes).containsOnly(1600L + 32 + 800);
  }

  @Test
  void aRankThatNeverJoinsIsNamed() {
    long start = System.nanoTime();

    assertThatThrownBy(() -> C10dCollective.join(rendezvous.address(), 1, 3, SHORT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Only 1 of 3 replicas joined within 1 s: ranks 0, 2 did not come; the executor's log"
                + " says why, or the cluster has fewer free slots than replicas.");
    assertThat(secondsSince(start)).isBetween(0.9, 5.0);
  }

  @Test
  void aRankThatDoesNotComeToASumIsNamed() throws Exception {
    List<String> messages =
        together(
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
  void aRankThatLeavesIsNoticedAtOnce() throws Exception {
    List<String> messages =
        together(
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
  void anInterruptedRankSaysSoWhenTheOtherLeaves() throws Exception {
    List<String> messages =
        together(
            2,
            PATIENCE,
            collective -> {
              collective.barrier();
              if (collective.rank() == 1) {
                sleep(1000);
                return "";
              }
              Thread waiting = Thread.currentThread();
              threads.execute(
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
    String address = rendezvous.address();
    String place = address.substring(0, address.lastIndexOf(':'));

    assertThatThrownBy(() -> C10dCollective.join(place + ":0000", 0, 1, SHORT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The rendezvous at %s belongs to another run: its token differs; start the run again.",
            place);
  }

  @Test
  void aRankJoinsOnce() throws Exception {
    together(1, PATIENCE, Collective::rank);

    assertThatThrownBy(() -> C10dCollective.join(rendezvous.address(), 0, 1, SHORT))
        .hasMessage("Rank 0 joined twice: each rank joins a rendezvous once.");
  }

  @Test
  void aRendezvousThatIsGoneIsNamed() {
    String address = rendezvous.address();
    rendezvous.close();

    assertThatThrownBy(() -> C10dCollective.join(address, 1, 2, SHORT))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Rank 1 cannot reach the rendezvous at %s within 1 s: rank 0 has ended, or the network"
                + " between the executors blocks that port.",
            address.substring(0, address.lastIndexOf(':')));
  }

  /** c10d itself would listen on every interface. */
  @Test
  void theRendezvousListensOnItsInterfaceAlone() throws Exception {
    int port = Address.parse(rendezvous.address()).port();

    new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port).close();
    assertThatThrownBy(
            () -> new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), port).close())
        .isInstanceOf(ConnectException.class);
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

  /** Sockets and threads are native; the garbage collector does not see them. */
  @Test
  void closingLeavesNothingOpen() throws Exception {
    together(2, PATIENCE, Collective::size);
    long before = openFiles();
    for (int i = 0; i < 10; i++) {
      rendezvous.close();
      rendezvous = Rendezvous.listen("127.0.0.1", PATIENCE);
      together(2, PATIENCE, Collective::size);
    }

    assertThat(openFiles()).isLessThan(before + 10);
  }

  private <T> List<T> together(int size, Duration deadline, Function<Collective, T> work)
      throws Exception {
    String address = rendezvous.address();
    List<Future<T>> results =
        IntStream.range(0, size)
            .mapToObj(
                rank ->
                    threads.submit(
                        () -> {
                          try (Collective collective =
                              C10dCollective.join(address, rank, size, deadline)) {
                            return work.apply(collective);
                          }
                        }))
            .toList();
    List<T> values = new ArrayList<>();
    for (Future<T> result : results) {
      try {
        values.add(result.get());
      } catch (ExecutionException e) {
        throw new AssertionError(e.getCause());
      }
    }
    return values;
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

  private static HeapVector vector(int length, int rank) {
    HeapVector vector = new HeapVector(length);
    for (int i = 0; i < length; i++) {
      vector.values()[i] = value(i, rank);
    }
    return vector;
  }

  private static float value(int i, int rank) {
    return (i % 1000) * 0.001f + 0.1f * rank;
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

  private static long openFiles() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  /** A vector in native memory, as the torch engine has them. */
  private record NativeVector(FloatPointer memory) implements FlatVector {
    @Override
    public long size() {
      return memory.capacity();
    }

    @Override
    public void read(long from, float[] into, int offset, int count) {
      memory.getPointer(from).get(into, offset, count);
    }

    @Override
    public void write(long from, float[] values, int offset, int count) {
      memory.getPointer(from).put(values, offset, count);
    }

    @Override
    public void scale(double factor) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long address() {
      return memory.address();
    }
  }
}
