package org.palimpsest.training.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;

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
          Exchange exchange = Exchange.over(collective, compression, size);
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
}
