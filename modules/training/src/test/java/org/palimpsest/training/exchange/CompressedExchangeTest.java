package org.palimpsest.training.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.model.codec.Int8Blocks;
import org.palimpsest.training.DeviceTwin;

class CompressedExchangeTest {
  private static final int SIZE = 3001;

  /** The sums that one rank got in every round, its residual, and the bytes that it sent. */
  private record Outcome(float[][] sums, float[] residual, long bytes) {}

  private static float[] vector(int rank, int round, int size) {
    Random random = new Random(100L * rank + round);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian() * (1 + rank);
    }
    return values;
  }

  private static List<Outcome> exchange(Compression compression, int ranks, int rounds, int size)
      throws Exception {
    return Threads.together(
        ranks,
        collective -> {
          Exchange exchange = Exchange.over(collective, compression, new HeapVector(size));
          float[][] sums = new float[rounds][];
          for (int round = 0; round < rounds; round++) {
            HeapVector vector = new HeapVector(vector(collective.rank(), round, size));
            exchange.sum(vector);
            sums[round] = vector.values();
          }
          float[] residual = exchange.residual().map(FlatVector::toArray).orElse(new float[size]);
          return new Outcome(sums, residual, collective.bytesSent());
        });
  }

  @ParameterizedTest
  @CsvSource({"NONE,2", "NONE,3", "BF16,2", "BF16,3", "INT8,2", "INT8,4"})
  void givesAllRanksTheSameBytesNearTheSum(Compression compression, int ranks) throws Exception {
    List<Outcome> outcomes = exchange(compression, ranks, 1, SIZE);
    float[] sum = outcomes.get(0).sums()[0];
    outcomes.forEach(outcome -> assertThat(outcome.sums()[0]).isEqualTo(sum));
    for (int i = 0; i < SIZE; i++) {
      float exact = 0;
      for (int rank = 0; rank < ranks; rank++) {
        exact += vector(rank, 0, SIZE)[i];
      }
      assertThat(sum[i]).isCloseTo(exact, within(compression == Compression.NONE ? 1e-5f : 0.3f));
    }
  }

  /** Error feedback: no part of the inputs is lost. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void sumsPlusResidualsEqualTheInputs(int ranks) throws Exception {
    int rounds = 20;
    List<Outcome> outcomes = exchange(Compression.INT8, ranks, rounds, SIZE);
    for (int i = 0; i < SIZE; i += 7) {
      double put = 0;
      double got = 0;
      for (int rank = 0; rank < ranks; rank++) {
        got += outcomes.get(rank).residual()[i];
        for (int round = 0; round < rounds; round++) {
          put += vector(rank, round, SIZE)[i];
        }
      }
      for (float[] sum : outcomes.get(0).sums()) {
        got += sum[i];
      }
      assertThat(got).isCloseTo(put, within(1e-3));
    }
  }

  @ParameterizedTest
  @CsvSource({"NONE,4.0", "BF16,2.0", "INT8,1.016"})
  void sendsTwiceTheEncodedVectorExceptTheOwnSlice(Compression compression, double bytes)
      throws Exception {
    int size = 1 << 20;
    long sent = exchange(compression, 4, 1, size).get(0).bytes();
    assertThat(sent / (2.0 * size * 3 / 4)).isCloseTo(bytes, within(0.01));
  }

  private static List<Outcome> exchangeOnDevices(
      Compression compression, int ranks, int rounds, int size) throws Exception {
    return Threads.together(
        ranks,
        collective -> {
          DeviceTwin device = new DeviceTwin();
          Outcome outcome;
          try (OwnedVector vector = device.zeros(size);
              Exchange exchange = Exchange.over(collective, compression, vector)) {
            float[][] sums = new float[rounds][];
            for (int round = 0; round < rounds; round++) {
              device.set(vector, device.vector(vector(collective.rank(), round, size)));
              exchange.sum(vector);
              sums[round] = DeviceTwin.numbers(vector);
            }
            float[] residual = exchange.residual().map(DeviceTwin::numbers).orElse(new float[size]);
            outcome = new Outcome(sums, residual, collective.bytesSent());
          }
          assertThat(device.open()).as("vectors of the test").isEqualTo(rounds);
          return outcome;
        });
  }

  /** The numbers of blocks, encoded and decoded. */
  private static float[] rounded(Codec codec, float[] numbers) {
    int whole = (numbers.length + Int8Blocks.BLOCK - 1) / Int8Blocks.BLOCK * Int8Blocks.BLOCK;
    ByteBuffer bytes = ByteBuffer.allocate(codec.bytes(whole));
    codec.encode(Arrays.copyOf(numbers, whole), 0, whole, bytes);
    float[] decoded = new float[whole];
    codec.decode(bytes.flip(), decoded, 0, whole);
    return Arrays.copyOf(decoded, numbers.length);
  }

  /** The same sums in plain loops over whole vectors. */
  private static float[][] plainSums(Compression compression, int ranks, int rounds, int size) {
    Codec codec = compression.codec();
    float[][] residuals = new float[ranks][size];
    float[] lostOfSum = new float[size];
    float[][] sums = new float[rounds][];
    int slice = CompressedExchange.slice(size, ranks);
    for (int round = 0; round < rounds; round++) {
      float[] sum = new float[size];
      for (int rank = 0; rank < ranks; rank++) {
        float[] numbers = vector(rank, round, size);
        for (int i = 0; i < size && compression.keepsResidual(); i++) {
          boolean owns = i / slice % ranks == rank;
          numbers[i] += owns ? residuals[rank][i] + lostOfSum[i] : residuals[rank][i];
        }
        float[] sent = rounded(codec, numbers);
        for (int i = 0; i < size; i++) {
          sum[i] += sent[i];
          residuals[rank][i] = numbers[i] - sent[i];
        }
      }
      sums[round] = rounded(codec, sum);
      for (int i = 0; i < size; i++) {
        lostOfSum[i] = sum[i] - sums[round][i];
      }
    }
    return sums;
  }

  @ParameterizedTest
  @CsvSource({"BF16,2,3001", "BF16,3,5", "INT8,2,3001", "INT8,4,5", "INT8,3,800001"})
  void sumsAreThoseOfPlainLoops(Compression compression, int ranks, int size) throws Exception {
    float[][] plain = plainSums(compression, ranks, 3, size);
    for (Outcome outcome : exchange(compression, ranks, 3, size)) {
      assertThat(outcome.sums()).isDeepEqualTo(plain);
    }
  }

  /** Sums, residuals, and bytes; a vector may end anywhere in a slice or need several pieces. */
  @ParameterizedTest
  @CsvSource({
    "BF16,2,3001",
    "BF16,3,5",
    "BF16,2,600001",
    "INT8,2,3001",
    "INT8,3,700",
    "INT8,4,3001",
    "INT8,4,5",
    "INT8,2,600001"
  })
  void exchangesOfDevicesStayThereAndAreThoseOfTheHost(Compression compression, int ranks, int size)
      throws Exception {
    List<Outcome> host = exchange(compression, ranks, 3, size);
    List<Outcome> devices = exchangeOnDevices(compression, ranks, 3, size);
    for (int rank = 0; rank < ranks; rank++) {
      assertThat(devices.get(rank).sums()).isDeepEqualTo(host.get(rank).sums());
      assertThat(devices.get(rank).residual()).isEqualTo(host.get(rank).residual());
      assertThat(devices.get(rank).bytes()).isEqualTo(host.get(rank).bytes());
    }
  }

  @Test
  void aDeviceWithoutRoomForTheResidualKeepsNothing() throws Exception {
    List<Integer> open =
        Threads.together(
            2,
            collective -> {
              DeviceTwin device = new DeviceTwin().withRoomFor(2);
              FlatVector vector = device.vector(1, 2);
              assertThatThrownBy(() -> Exchange.over(collective, Compression.INT8, vector))
                  .hasMessage("no room");
              return device.open();
            });
    assertThat(open).as("open vectors").containsOnly(1);
  }
}
