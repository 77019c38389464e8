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
import org.palimpsest.model.Unwanted;

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

  /** As Hugging Face: the first input of the decoder counts as a part of the text. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void noPairOfTokensOccursTwice(int beams) {
    DecodingOptions free = new DecodingOptions(12, beams, 1.0).withMinLength(12);
    DecodingOptions options = free.without(new Unwanted(2, List.of()));

    assertThat(replica.decoder().generate(sources, free)).anyMatch(DrawingContract::repeatsAPair);
    assertThat(replica.decoder().generate(sources, options))
        .noneMatch(DrawingContract::repeatsAPair);
  }

  private static boolean repeatsAPair(int... text) {
    return IntStream.range(1, text.length)
            .mapToObj(i -> text[i - 1] + " " + text[i])
            .distinct()
            .count()
        < text.length - 1;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void unwantedWordsNeverOccur(int beams) {
    DecodingOptions free = new DecodingOptions(8, beams, 1.0).withMinLength(8);
    int[] text = replica.decoder().generate(sources, free).get(0);
    List<Integer> word = List.of(text[2], text[3]);
    List<int[]> without =
        replica
            .decoder()
            .generate(sources, free.without(new Unwanted(0, List.of(word, List.of(text[5])))));

    for (int[] each : without) {
      assertThat(IntStream.of(each)).doesNotContain(text[5]);
      assertThat(IntStream.range(1, each.length))
          .noneMatch(i -> each[i - 1] == text[2] && each[i] == text[3]);
    }
  }

  /** A penalty that prefers long texts keeps the usual search going after the first ends. */
  @Test
  void anEarlyEndTakesTheFirstFinishedTexts() {
    DecodingOptions patient = new DecodingOptions(20, 3, 4.0).withBest(3);
    List<List<Hypothesis>> usual = replica.decoder().hypotheses(sources, patient);
    List<List<Hypothesis>> early =
        replica.decoder().hypotheses(sources, patient.endingWhen(DecodingOptions.End.WHEN_ENOUGH));

    int shorter = 0;
    for (int i = 0; i < usual.size(); i++) {
      assertThat(early.get(i)).hasSize(3);
      assertThat(early.get(i).get(0).score()).isLessThanOrEqualTo(usual.get(i).get(0).score());
      shorter += longest(early.get(i)) < longest(usual.get(i)) ? 1 : 0;
    }
    assertThat(shorter).isPositive();
  }

  private static int longest(List<Hypothesis> texts) {
    return texts.stream().mapToInt(text -> text.tokens().length).max().orElseThrow();
  }

  @Test
  void theDecoderBeginsWithTheGivenToken() {
    List<int[]> usual = replica.decoder().generate(sources, DecodingOptions.greedy(6));
    int start = DecidedModels.SPEC.decoderStart();

    assertThat(replica.decoder().generate(sources, DecodingOptions.greedy(6).startingWith(start)))
        .usingRecursiveComparison()
        .isEqualTo(usual);
    assertThat(replica.decoder().generate(sources, DecodingOptions.greedy(6).startingWith(11)))
        .usingRecursiveComparison()
        .isNotEqualTo(usual);
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
