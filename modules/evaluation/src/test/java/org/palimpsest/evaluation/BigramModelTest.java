package org.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;
import scala.Tuple2;

class BigramModelTest {
  private static final int VOCABULARY = 12;

  private static PairCounter pairs(List<Integer> text) {
    PairCounter pairs = new PairCounter();
    for (int i = 1; i < text.size(); i++) {
      pairs.add(PairCounter.key(text.get(i - 1), text.get(i)), 1);
    }
    return pairs;
  }

  private static BigramModel model(PairCounter pairs) {
    Marginals marginals = new Marginals(VOCABULARY);
    pairs.forEach(marginals::add);
    return new BigramModel(marginals);
  }

  @Property(tries = 200)
  void probabilitiesSumToOneAfterEveryToken(
      @ForAll @Size(max = 60) List<@IntRange(max = VOCABULARY - 1) Integer> text) {
    PairCounter pairs = pairs(text);
    BigramModel model = model(pairs);
    for (int left = 0; left < VOCABULARY; left++) {
      double sum = 0;
      for (int right = 0; right < VOCABULARY; right++) {
        sum += model.probability(left, right, pairs.count(PairCounter.key(left, right)));
      }
      assertThat(sum).as("after %d", left).isCloseTo(1, within(1e-12));
    }
  }

  @Property(tries = 200)
  void bestFollowerIsTheMostProbableInAnyOrder(
      @ForAll @Size(min = 2, max = 60) List<@IntRange(max = VOCABULARY - 1) Integer> text,
      @ForAll long order) {
    PairCounter pairs = pairs(text);
    BigramModel model = model(pairs);
    List<long[]> shuffled = new ArrayList<>();
    pairs.forEach((key, count) -> shuffled.add(new long[] {key, count}));
    Collections.shuffle(shuffled, new Random(order));
    BestFollowers first = new BestFollowers(model);
    BestFollowers second = new BestFollowers(model);
    for (long[] pair : shuffled) {
      (pair[0] % 2 == 0 ? first : second).add(model, pair[0], pair[1]);
    }
    BestFollowers best = first.plus(second);
    for (int left = 0; left < VOCABULARY; left++) {
      double said =
          model.probability(
              left, best.after(left), pairs.count(PairCounter.key(left, best.after(left))));
      for (int right = 0; right < VOCABULARY; right++) {
        double other = model.probability(left, right, pairs.count(PairCounter.key(left, right)));
        assertThat(said).isGreaterThanOrEqualTo(other);
      }
    }
  }

  /** 0 1 0 1 0 2: pairs 01 ×2, 10 ×2, 02 ×1; D = 1/(1 + 2·2) = 0.2; V = 3. */
  @Test
  void smoothsASmallText() {
    PairCounter pairs = pairs(List.of(0, 1, 0, 1, 0, 2));
    Marginals marginals = new Marginals(3);
    pairs.forEach(marginals::add);
    BigramModel model = new BigramModel(marginals);
    // After 0: seen 3 times, 2 followers; every token ends one pair of three, plus one each.
    assertThat(model.probability(0, 1, 2)).isCloseTo(1.8 / 3 + 0.2 * 2 / 3 / 3, within(1e-12));
    assertThat(model.probability(0, 0, 0)).isCloseTo(0.2 * 2 / 3 / 3, within(1e-12));
    assertThat(model.probability(2, 1, 0)).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(BigramModel.addOne(marginals.occurrences))
        .containsExactly(3 / 8.0, 3 / 8.0, 2 / 8.0);
  }

  @Property(tries = 50)
  void countsPairsLikeAMap(@ForAll @Size(max = 3000) List<@IntRange(max = 60_000) Integer> text) {
    Map<Long, Long> expected = new HashMap<>();
    for (int i = 1; i < text.size(); i++) {
      expected.merge(PairCounter.key(text.get(i - 1), text.get(i)), 1L, Long::sum);
    }
    Map<Long, Long> counted = new HashMap<>();
    pairs(text).forEach(counted::put);
    assertThat(counted).isEqualTo(expected);
  }

  @Test
  void countsTheFirstTokenAfterBos() {
    Vocabulary vocabulary = Vocabulary.standard(50, 0);
    List<TokenBlock> blocks =
        List.of(TokenBlock.ofSentence(0, 10, 11), TokenBlock.ofSentence(1, 10, 11, 10));
    Map<Long, Long> counted = new HashMap<>();
    TrainingPairs pairs = new TrainingPairs(blocks.iterator(), vocabulary);
    while (pairs.hasNext()) {
      Tuple2<Long, Long> pair = pairs.next();
      counted.put(pair._1, pair._2);
    }
    assertThat(counted)
        .containsOnly(
            Map.entry(PairCounter.key(0, 10), 2L),
            Map.entry(PairCounter.key(10, 11), 2L),
            Map.entry(PairCounter.key(11, 10), 1L));
  }
}
