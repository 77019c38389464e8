package org.palimpsest.training.transport.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How models of all sizes are split for a shuffle. */
class SlicesTest {

  @ParameterizedTest
  @CsvSource({
    "4, 2",
    "139420416, 2",
    "139420416, 64",
    "139420416, 512",
    "1000000000, 64",
    "2147483648, 64",
    "268435456, 512"
  })
  void aRoundHasAFewThousandBlocks(long parameters, int workers) {
    Slices slices = Slices.of(parameters, 0, workers);

    assertThat((long) slices.partitions() * workers).isLessThanOrEqualTo(Slices.BLOCKS);
  }

  /** Where the means of a partition would be too large, there are more partitions. */
  @ParameterizedTest
  @CsvSource({"1000000000, 512, 60", "10000000000, 64, 597", "3000000000, 1, 90"})
  void theMeansOfAPartitionFitIntoTheDriversHeap(long parameters, int workers, int partitions) {
    Slices slices = Slices.of(parameters, 0, workers);

    assertThat(slices.partitions()).isEqualTo(partitions);
    for (int partition = 0; partition < slices.partitions(); partition++) {
      long numbers =
          IntStream.range(slices.first(partition), slices.first(partition + 1))
              .mapToLong(slices::length)
              .sum();
      assertThat(numbers)
          .isPositive()
          .isLessThanOrEqualTo(Math.max(slices.length(), Slices.RESULT));
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 4, 2", "1000, 2000, 3", "3000000000, 6000000000, 64", "70000, 0, 513"})
  void everySliceHasItsPartition(long parameters, long moments, int workers) {
    Slices slices = Slices.of(parameters, moments, workers);
    Partitioner partitioner = slices.partitioner();

    for (int slice = 0; slice < slices.count(); slice++) {
      int partition = partitioner.getPartition(Slices.key(slice, workers - 1));
      assertThat(slice).isBetween(slices.first(partition), slices.first(partition + 1) - 1);
    }
    assertThat(partitioner.getPartition(Slices.key(slices.reports(), 0)))
        .isEqualTo(slices.partitions());
    assertThat(partitioner.numPartitions()).isEqualTo(slices.partitions() + 1);
  }

  @ParameterizedTest
  @CsvSource({"4, 4, 2", "1000, 2000, 3", "3000000000, 6000000000, 64", "70000, 0, 513"})
  void slicesCoverBothVectors(long parameters, long moments, int workers) {
    Slices slices = Slices.of(parameters, moments, workers);
    long next = 0;
    for (int slice = 0; slice < slices.count(); slice++) {
      if (slices.isOfMoments(slice) && next == parameters) {
        next = 0;
      }
      assertThat(slices.from(slice)).isEqualTo(next);
      next += slices.length(slice);
    }
    assertThat(next).isEqualTo(moments == 0 ? parameters : moments);
  }

  /** The bytes of compressed rounds depend on the length. */
  @ParameterizedTest
  @CsvSource({
    "4, 2, 65536",
    "139420416, 2, 16777216",
    "139420416, 64, 524288",
    "1000000000, 512, 65536",
    "1000000, 3, 166667",
    "1000000000, 1024, 32768",
    "1000000000, 100000, 4096"
  })
  void theLengthOfSlices(long parameters, int workers, int length) {
    assertThat(Slices.of(parameters, 0, workers).length()).isEqualTo(length);
  }

  @Test
  void keysSortBySliceThenByRank() {
    assertThat(new long[] {Slices.key(0, 0), Slices.key(0, 70_000), Slices.key(1, 0)}).isSorted();
    assertThat(Slices.slice(Slices.key(70_000, 70_001))).isEqualTo(70_000);
  }
}
