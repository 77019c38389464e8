package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.SparkForTests;

/** How many tasks read an input. */
@Tag("spark")
class TaskBoundsTest {
  private static final List<Integer> NUMBERS = IntStream.range(0, 100).boxed().toList();

  @ParameterizedTest
  @CsvSource({
    "66, false, 131072",
    "512, false, 131072",
    "1034, false, 64902",
    "66, true, 8192",
    "10000, true, 6710",
    "2000000000, true, 1"
  })
  void tasksAndBlocksAreBounded(int partitions, boolean searchesDuplicates, int tasks) {
    TaskBounds bounds = TaskBounds.of(partitions, searchesDuplicates);

    assertThat(bounds.most()).isEqualTo(tasks);
  }

  @Test
  void manyPartitionsAreReadTogether() throws IOException {
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      JavaRDD<Integer> packed =
          new TaskBounds(4).bounded(numbers(spark), () -> 4 * TaskBounds.MOST_BYTES);

      assertThat(packed.getNumPartitions()).isEqualTo(4);
      assertThat(packed.collect()).containsExactlyInAnyOrderElementsOf(NUMBERS);
    }
  }

  @Test
  void fewPartitionsStay() throws IOException {
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      JavaRDD<Integer> numbers = numbers(spark);

      assertThat(
              new TaskBounds(10)
                  .bounded(
                      numbers,
                      () -> {
                        throw new AssertionError("the size was asked for");
                      }))
          .isSameAs(numbers);
    }
  }

  @Test
  void tasksThatReadTooMuchAreRefused() throws IOException {
    try (SparkSession spark = SparkForTests.session("local[2]")) {
      JavaRDD<Integer> numbers = numbers(spark);

      assertThatThrownBy(() -> new TaskBounds(4).bounded(numbers, () -> 8 * TaskBounds.MOST_BYTES))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "The input is too large for one preparation: each of its 4 tasks would read 512 GiB,"
                  + " and the limit is 256 GiB; prepare it in parts (prepare --add), or with fewer"
                  + " lanes (corpus.lanes).");
    }
  }

  private static JavaRDD<Integer> numbers(SparkSession spark) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(NUMBERS, 10);
  }
}
