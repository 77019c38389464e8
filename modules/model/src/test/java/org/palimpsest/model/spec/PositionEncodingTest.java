package org.palimpsest.model.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.spec.PositionEncoding.RelativeBias;
import org.palimpsest.model.spec.PositionEncoding.Sinusoidal;

class PositionEncodingTest {

  /** By hand from the formula: 8 exact buckets a direction, then 8 + ⌊8·ln(n/8)/ln 16⌋. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, 1",
    "-7, 7",
    "-8, 8",
    "-11, 8",
    "-12, 9",
    "-15, 9",
    "-16, 10",
    "-22, 10",
    "-23, 11",
    "-32, 12",
    "-64, 14",
    "-90, 14",
    "-91, 15",
    "-127, 15",
    "-128, 15",
    "-4000, 15",
    "1, 17",
    "7, 23",
    "8, 24",
    "16, 26",
    "128, 31",
    "4000, 31"
  })
  void encoderBucketsCoverBothDirections(int distance, int bucket) {
    assertThat(RelativeBias.PUBLISHED.encoderBucket(distance)).isEqualTo(bucket);
  }

  /** 16 exact buckets, then 16 + ⌊16·ln(n/16)/ln 8⌋. */
  @ParameterizedTest
  @CsvSource({
    "5, 0",
    "0, 0",
    "-1, 1",
    "-15, 15",
    "-16, 16",
    "-18, 16",
    "-19, 17",
    "-32, 21",
    "-64, 26",
    "-127, 31",
    "-128, 31",
    "-512, 31"
  })
  void decoderBucketsCoverThePast(int distance, int bucket) {
    assertThat(RelativeBias.PUBLISHED.decoderBucket(distance)).isEqualTo(bucket);
  }

  @Property
  void bucketsGrowWithTheDistanceWithinTheTable(
      @ForAll @IntRange(min = 0, max = 300) int distance,
      @ForAll @IntRange(min = 1, max = 16) int quarters) {
    RelativeBias bias = new RelativeBias(4 * quarters, 200);

    assertThat(bias.encoderBucket(-distance - 1))
        .isBetween(bias.encoderBucket(-distance), 2 * quarters - 1);
    assertThat(bias.encoderBucket(distance + 1)).isBetween(2 * quarters, 4 * quarters - 1);
    assertThat(bias.decoderBucket(-distance - 1))
        .isBetween(bias.decoderBucket(-distance), 4 * quarters - 1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 2, 1",
    "1, 0, 0.8414709848078965",
    "1, 1, 0.00009999999983333334",
    "1, 2, 0.5403023058681398",
    "1, 3, 0.999999995",
    "3, 2, -0.9899924966004454"
  })
  void sinesComeBeforeCosines(int position, int column, double value) {
    assertThat(new Sinusoidal().value(position, column, 4)).isCloseTo(value, within(1e-12));
  }

  /** The last column of each half has the longest wave: 10000^(1 − 1/h) for Vaswani's. */
  @ParameterizedTest
  @CsvSource({
    "VASWANI, 0, 1, 3, 0.9999500004166653",
    "VASWANI, 0, 3, 1, 0.029995500202495664",
    "VASWANI, 2, 1, 1, 0.02999550020249566",
    "TENSOR2TENSOR, 2, 1, 0, 0.1411200080598672"
  })
  void wavesAndTheFirstPositionAreChosen(
      Sinusoidal.Waves waves, int first, int position, int column, double value) {
    assertThat(new Sinusoidal(waves, first).value(position, column, 4))
        .isCloseTo(value, within(1e-12));
  }
}
