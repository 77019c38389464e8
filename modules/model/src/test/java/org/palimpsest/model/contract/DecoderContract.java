package org.palimpsest.model.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;

/** Tests of an engine's decoder. */
public abstract class DecoderContract {
  private static final ModelSpec SPEC = DecidedModels.SPEC;

  private final List<int[]> sources = DecidedModels.sources();
  private final Engine engine;
  private final Replica replica;

  /** Decodes with an engine's replica. */
  protected DecoderContract(Engine engine) {
    this.engine = engine;
    replica = DecidedModels.replica(engine, SPEC, Precision.FP32);
  }

  @AfterEach
  void close() {
    replica.close();
  }

  static List<String> architectures() {
    return Specs.names();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void greedyDecodingAgreesWithScoring(String name) {
    ModelSpec spec = Specs.named(name);
    ModelShape shape = spec.shape().withVocabulary(SPEC.vocabulary());
    ModelSpec small =
        new ModelSpec(shape, spec.architecture(), SPEC.tokens(), 0.1, SPEC.initialization());
    try (Replica each = DecidedModels.replica(engine, small, Precision.FP32)) {
      List<int[]> written = each.decoder().generate(sources, DecodingOptions.greedy(10));
      for (int i = 0; i < sources.size(); i++) {
        assertThat(written.get(i)).as("text %d", i).isEqualTo(uncached(each, sources.get(i), 10));
      }
    }
  }

  @Test
  void decodingStopsAtEndOfText() {
    List<int[]> written = replica.decoder().generate(sources, DecodingOptions.greedy(10));
    assertThat(written.stream().mapToInt(text -> text.length).distinct().count())
        .as("different lengths")
        .isGreaterThan(1);
  }

  /** Predicts every next token by scoring the whole text again, without a cache. */
  private static int[] uncached(Replica replica, int[] source, int room) {
    int[] text = new int[0];
    while (text.length < room) {
      int next = replica.score(DecidedModels.batch(source, text)).predicted()[text.length];
      if (next == SPEC.eos()) {
        return text;
      }
      text = Arrays.copyOf(text, text.length + 1);
      text[text.length - 1] = next;
    }
    return text;
  }

  @Test
  void decodingDoesNotDependOnOtherSources() {
    for (int beams : new int[] {1, 3}) {
      DecodingOptions options = new DecodingOptions(8, beams, 1.0);
      List<int[]> together = replica.decoder().generate(sources, options);
      for (int i = 0; i < sources.size(); i++) {
        List<int[]> alone = replica.decoder().generate(List.of(sources.get(i)), options);
        assertThat(alone.get(0)).as("text %d, %d beams", i, beams).isEqualTo(together.get(i));
      }
    }
  }

  @Test
  void exhaustiveBeamsFindTheBestText() {
    int room = 2;
    DecodingOptions options = new DecodingOptions(room, 120, 1.0);
    for (int[] source : sources.subList(0, 3)) {
      int[] found = replica.decoder().generate(List.of(source), options).get(0);
      double best = Double.NEGATIVE_INFINITY;
      for (int[] text : texts(room)) {
        best = Math.max(best, score(source, text, room));
      }
      assertThat(score(source, found, room)).as("score").isCloseTo(best, within(1e-5));
    }
  }

  /** All texts of up to two tokens. */
  private static List<int[]> texts(int room) {
    assertThat(room).as("room").isEqualTo(2);
    List<int[]> texts = new ArrayList<>();
    texts.add(new int[0]);
    for (int a = 0; a < SPEC.vocabulary(); a++) {
      for (int b = 0; a != SPEC.eos() && b < SPEC.vocabulary(); b++) {
        texts.add(b == SPEC.eos() ? new int[] {a} : new int[] {a, b});
      }
    }
    return texts;
  }

  /** Mean log-probability; a text of maximum length has no end of text. */
  private double score(int[] source, int[] text, int room) {
    float[] losses = replica.score(DecidedModels.batch(source, text)).loss();
    int length = Math.min(room, text.length + 1);
    double sum = 0;
    for (int t = 0; t < length; t++) {
      sum -= losses[t];
    }
    return sum / length;
  }

  @Test
  void hypothesesAreRankedByScore() {
    DecodingOptions options = new DecodingOptions(6, 5, 0.7).withBest(4);
    List<List<Hypothesis>> all = replica.decoder().hypotheses(sources, options);
    assertThat(all).as("sources").hasSameSizeAs(sources);
    for (int i = 0; i < all.size(); i++) {
      List<Hypothesis> some = all.get(i);
      assertThat(some).as("hypotheses of source %d", i).hasSize(4);
      assertThat(some.stream().map(each -> Arrays.toString(each.tokens())).distinct())
          .as("different texts")
          .hasSize(4);
      assertThat(some.stream().map(each -> -each.score())).as("order").isSorted();
      for (Hypothesis each : some) {
        int length = Math.min(6, each.tokens().length + 1);
        float[] losses = replica.score(DecidedModels.batch(sources.get(i), each.tokens())).loss();
        double sum = 0;
        for (int t = 0; t < length; t++) {
          sum -= losses[t];
        }
        assertThat(each.logProbability()).as("log-probability").isCloseTo(sum, within(1e-4));
        assertThat(each.score()).as("score").isCloseTo(sum / Math.pow(length, 0.7), within(1e-4));
      }
      int[] best = replica.decoder().generate(List.of(sources.get(i)), options).get(0);
      assertThat(best).as("the text alone").isEqualTo(some.get(0).tokens());
    }
  }

  @Test
  void refusesASourceLongerThanThePositions() {
    assertThatThrownBy(
            () -> replica.decoder().generate(List.of(new int[17]), DecodingOptions.greedy(4)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "A text of 17 tokens is longer than the 16 positions of the model: shorten it.");
  }

  @Test
  void refusesZeroBeams() {
    assertThatThrownBy(() -> replica.decoder().generate(sources, new DecodingOptions(4, 0, 1.0)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Decoding needs at least one beam and a length of at least 1: set both to 1 or more.");
  }
}
