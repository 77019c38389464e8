package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.corpus.config.LanguageSampling;
import org.palimpsest.corpus.text.Document;

class LanguageWeightsTest {
  private static final double NO_LIMIT = 1000;

  private static Map<String, Double> weights(double alpha, double most, WordCount... bytes) {
    return LanguageWeights.of(List.of(bytes), new LanguageSampling(alpha, most)).weights();
  }

  @Test
  void sharesAreThosePublishedForMbart() {
    Map<String, Double> weights =
        weights(0.7, NO_LIMIT, new WordCount("en_XX 1.0", 900), new WordCount("ro_RO 1.0", 100));

    assertThat(weights.get("en_XX")).isEqualTo(1);
    double small = 100 * weights.get("ro_RO");
    double share = Math.pow(0.1, 0.7) / (Math.pow(0.1, 0.7) + Math.pow(0.9, 0.7));
    assertThat(small / (small + 900)).isCloseTo(share, within(1e-12));
  }

  @Test
  void equalSharesStopAtTheMostCopies() {
    Map<String, Double> weights =
        weights(
            0,
            10,
            new WordCount("en 1.0", 1000),
            new WordCount("de 1.0", 250),
            new WordCount("is 1.0", 5));

    assertThat(weights).isEqualTo(Map.of("en", 1.0, "de", 4.0, "is", 10.0));
  }

  @Test
  void theWeightOfAnInputCounts() {
    assertThat(weights(0, NO_LIMIT, new WordCount("en 1.0", 100), new WordCount("de 0.5", 100)))
        .isEqualTo(Map.of("en", 1.0, "de", 2.0));
  }

  @Property(tries = 100)
  void everyTextStaysAndSharesFollowThePower(
      @ForAll @DoubleRange(max = 1) double alpha, @ForAll long seed) {
    Random random = new Random(seed);
    List<WordCount> bytes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      bytes.add(new WordCount("l" + i + " 1.0", 1 + random.nextInt(100)));
    }
    LanguageSampling sampling = new LanguageSampling(alpha, NO_LIMIT);
    Map<String, Double> weights = LanguageWeights.of(bytes, sampling).weights();

    assertThat(weights.values()).allMatch(weight -> weight >= 1).contains(1.0);
    double largest = bytes.get(0).count();
    double first = largest * weights.get("l0") / Math.pow(largest, alpha);
    for (int i = 1; i < 5; i++) {
      double size = bytes.get(i).count();
      assertThat(size * weights.get("l" + i) / Math.pow(size, alpha))
          .isCloseTo(first, within(1e-9 * first));
    }
    Collections.shuffle(bytes, random);
    assertThat(LanguageWeights.of(bytes, sampling).weights()).isEqualTo(weights);
  }

  @Test
  void copiesAreThoseOfInputAndLanguage() {
    Repetition repetition = new Repetition(1, new LanguageWeights(Map.of("de", 3.0)));

    assertThat(repetition.of(new Document("s", "1", "text", 2, "de"))).isEqualTo(6);
    assertThat(repetition.of(new Document("s", "1", "text", 2, "en"))).isEqualTo(2);
    assertThat(repetition.of(new Document("s", "1", "text", 2))).isEqualTo(2);
  }

  @Test
  void sharesAreFromZeroToOne() {
    assertThatThrownBy(() -> new LanguageSampling(1.1, 1))
        .hasMessage("corpus.languages.alpha must be from 0 to 1, but is 1.1.");
    assertThatThrownBy(() -> new LanguageSampling(0.5, 0))
        .hasMessage("corpus.languages.most-copies must be from 1 to 1000, but is 0.0.");
  }
}
