package org.palimpsest.model.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.Sampling;

/** Tests of sampling, and of options that greedy decoding, beam search and sampling share. */
public abstract class DrawingContract {
  private final List<int[]> sources = DecidedModels.sources();
  private final Replica replica;

  /** Samples with an engine's replica. */
  protected DrawingContract(Engine engine) {
    replica = DecidedModels.replica(engine, DecidedModels.SPEC, Precision.FP32);
  }

  @AfterEach
  void close() {
    replica.close();
  }

  private List<int[]> drawn(Sampling sampling) {
    return replica.decoder().generate(sources, DecodingOptions.sampled(8, sampling));
  }

  @Test
  void topKOneIsGreedy() {
    List<int[]> greedy = replica.decoder().generate(sources, DecodingOptions.greedy(8));
    assertThat(drawn(new Sampling(1, 1, 1, 7)))
        .as("top-k 1")
        .usingRecursiveComparison()
        .isEqualTo(greedy);
    assertThat(drawn(new Sampling(1, 0, 1e-9, 7)))
        .as("top-p 0")
        .usingRecursiveComparison()
        .isEqualTo(greedy);
    assertThat(drawn(new Sampling(1e-4, 0, 1, 7)))
        .as("cold")
        .usingRecursiveComparison()
        .isEqualTo(greedy);
  }

  @Test
  void samplesDependOnTheSeedNotOnOtherSources() {
    Sampling warm = new Sampling(1.5, 0, 1, 7);
    List<int[]> together = drawn(warm);
    assertThat(drawn(warm)).as("again").usingRecursiveComparison().isEqualTo(together);
    assertThat(drawn(new Sampling(1.5, 0, 1, 8)))
        .as("another seed")
        .usingRecursiveComparison()
        .isNotEqualTo(together);
    DecodingOptions options = DecodingOptions.sampled(8, warm);
    List<int[]> fewer = replica.decoder().generate(sources.subList(0, 2), options);
    assertThat(fewer)
        .as("with fewer sources")
        .usingRecursiveComparison()
        .isEqualTo(together.subList(0, 2));
  }

  @Test
  void sampleFrequenciesMatchProbabilities() {
    int draws = 4000;
    int[] source = sources.get(0);
    Sampling sampling = new Sampling(1, 0, 1, 3);
    DecodingOptions options = DecodingOptions.sampled(1, sampling).withBest(draws);
    List<Hypothesis> all = replica.decoder().hypotheses(List.of(source), options).get(0);
    int[] counts = new int[DecidedModels.SPEC.vocabulary()];
    for (Hypothesis each : all) {
      counts[each.tokens().length == 0 ? DecidedModels.SPEC.eos() : each.tokens()[0]]++;
    }
    for (int token = 0; token < counts.length; token++) {
      int[] text = token == DecidedModels.SPEC.eos() ? new int[0] : new int[] {token};
      double p = Math.exp(-replica.score(DecidedModels.batch(source, text)).loss()[0]);
      double deviation = Math.sqrt(draws * p * (1 - p));
      assertThat((double) counts[token])
          .as("draws of token %d", token)
          .isCloseTo(draws * p, within(5 * deviation + 1));
    }
  }

  @Test
  void samplesHaveTheirLogProbabilityUnderTheModel() {
    DecodingOptions options = DecodingOptions.sampled(5, new Sampling(2, 6, 0.9, 1)).withBest(3);
    List<List<Hypothesis>> all = replica.decoder().hypotheses(sources, options);
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).stream().map(each -> -each.score())).as("order").isSorted();
      for (Hypothesis each : all.get(i)) {
        float[] losses = replica.score(DecidedModels.batch(sources.get(i), each.tokens())).loss();
        double sum = 0;
        for (int t = 0; t < Math.min(5, each.tokens().length + 1); t++) {
          sum -= losses[t];
        }
        assertThat(each.logProbability()).as("log-probability").isCloseTo(sum, within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void forcesPrefixBansTokensAndHonorsMinLength(int beams) {
    BitSet banned = new BitSet();
    banned.set(5, 9);
    DecodingOptions options =
        new DecodingOptions(7, beams, 1.0)
            .withPrefix(List.of(6, 10))
            .withBanned(banned)
            .withMinLength(5);
    for (int[] text : replica.decoder().generate(sources, options)) {
      assertThat(Arrays.copyOf(text, 2)).as("beginning").containsExactly(6, 10);
      assertThat(text.length).as("length").isBetween(5, 7);
      assertThat(IntStream.of(text).skip(2)).as("rest").doesNotContain(5, 6, 7, 8);
    }
  }

  @Test
  void prefixOfMaxLengthIsTheOutput() {
    for (int beams : new int[] {1, 3}) {
      DecodingOptions options = new DecodingOptions(2, beams, 1.0).withPrefix(List.of(6, 10));
      assertThat(replica.decoder().generate(sources, options).get(3))
          .as("text of %d beams", beams)
          .containsExactly(6, 10);
    }
  }

  @Test
  void refusesAPrefixLongerThanThePositions() {
    List<Integer> prefix = IntStream.range(0, 17).map(i -> 5).boxed().toList();
    DecodingOptions options = DecodingOptions.greedy(20).withPrefix(prefix);
    assertThatThrownBy(() -> replica.decoder().generate(sources, options))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "A prefix of 17 tokens is longer than the 16 positions of the model: shorten it.");
  }

  @Test
  void refusesToBanTheWholeVocabulary() {
    BitSet banned = new BitSet();
    banned.set(0, 12);
    DecodingOptions options = DecodingOptions.greedy(4).withBanned(banned);
    assertThatThrownBy(() -> replica.decoder().generate(sources, options))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("All tokens of the vocabulary are banned: allow at least one.");
  }
}
