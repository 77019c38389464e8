package org.palimpsest.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExampleStatisticsTest {
  /** T5's table: 568 raw tokens, 85 damaged in 28 spans, 512 and 114 positions. */
  @Test
  void spanCorruptionIsWhatTheTableSays() {
    ExampleStatistics statistics = count("t5", 568, 50);

    assertThat(statistics.examples()).isEqualTo(50);
    assertThat(statistics.noiseShare()).isEqualTo(85.0 / 568);
    assertThat(statistics.spansPerExample()).isEqualTo(28);
    assertThat(statistics.meanSpanLength()).isEqualTo(85.0 / 28);
    assertThat(statistics.encoderPositions()).isEqualTo(512.0 / 568);
    assertThat(statistics.decoderPositions()).isEqualTo(114.0 / 568);
    assertThat(statistics.countedPositions()).isEqualTo(114.0 / 568);
    assertThat(statistics.source().padding()).isZero();
    assertThat(statistics.source().bins(10)).containsExactly(new LengthHistogram.Bin(512, 512, 50));
    assertThat(statistics.overflowedSpans()).isZero();
    assertThat(statistics.movedShare()).isZero();
  }

  /** A tenth of the chosen tokens stays as it is: the loss counts there, but nothing is lost. */
  @Test
  void theLossOfBertStyleCountsWhereItChose() {
    ExampleStatistics statistics = count("bert-style", 400, 200);

    assertThat(statistics.countedPositions()).isCloseTo(0.15, within(0.01));
    assertThat(statistics.noiseShare()).isCloseTo(0.135, within(0.01));
    assertThat(statistics.decoderPositions()).isEqualTo(402.0 / 400);
  }

  @Test
  void histogramsCountEveryLengthOnce() {
    LengthHistogram lengths = new LengthHistogram();
    List.of(3, 3, 4, 9, 9, 9, 200, 12).forEach(lengths::add);

    assertThat(lengths.mean()).isEqualTo(249.0 / 8);
    assertThat(lengths.shortest()).isEqualTo(3);
    assertThat(lengths.quantile(0.5)).isEqualTo(9);
    assertThat(lengths.quantile(0.99)).isEqualTo(200);
    assertThat(lengths.longest()).isEqualTo(200);
    assertThat(lengths.padding()).isEqualTo(1 - 249.0 / 1600);
    assertThat(lengths.bins(2))
        .containsExactly(new LengthHistogram.Bin(3, 101, 7), new LengthHistogram.Bin(102, 200, 1));
  }

  @Test
  void nothingCountedIsNoNumber() {
    LengthHistogram lengths = new LengthHistogram();

    assertThat(lengths.mean()).isNaN();
    assertThat(lengths.longest()).isZero();
    assertThat(lengths.bins(5)).isEmpty();
    assertThat(new ExampleStatistics().noiseShare()).isNaN();
  }

  private static ExampleStatistics count(String objective, int length, int examples) {
    Corruptor corruptor = Texts.corruptor(objective, length);
    ExampleStatistics statistics = new ExampleStatistics();
    DenoisingExample buffer = new DenoisingExample(length + 2);
    for (int id = 0; id < examples; id++) {
      corruptor.corrupt(Texts.plain(id, length), 1, 0, buffer);
      statistics.add(buffer);
    }
    return statistics;
  }
}
