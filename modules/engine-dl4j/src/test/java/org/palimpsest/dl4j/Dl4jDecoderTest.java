package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.Architecture;
import org.palimpsest.model.Batch;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.OptimizerSpec;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.Sampling;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.PalimpsestException;

class Dl4jDecoderTest {
  private static final ModelSpec SPEC = new ModelSpec(12, 16, 32, 2, 2, 2, 16, 0.1, 0, 1, 3, 2);

  static List<ModelSpec> models() {
    return List.of(SPEC, SPEC.with(Architecture.T5), SPEC.with(Architecture.T5_V1_1));
  }

  private static Replica opinionated(String engine, ModelSpec spec) {
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 3);
    Replica replica = Engine.named(engine).createReplica(spec, options);
    float[] parameters = replica.parameters().toArray();
    Random random = new Random(4);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] += (float) (0.35 * random.nextGaussian());
    }
    replica.parameters().write(0, parameters, 0, parameters.length);
    return replica;
  }

  private static List<int[]> sources() {
    Random random = new Random(5);
    List<int[]> sources = new ArrayList<>();
    for (int length : new int[] {5, 1, 9, 3, 9, 2}) {
      sources.add(random.ints(length, 4, SPEC.vocabulary()).toArray());
    }
    return sources;
  }

  @ParameterizedTest
  @MethodSource("models")
  void greedyWithCachedKeysWritesWhatScoringPredicts(ModelSpec spec) {
    try (Replica replica = opinionated("dl4j", spec)) {
      List<int[]> written = replica.decoder().generate(sources(), DecodingOptions.greedy(10));
      for (int i = 0; i < written.size(); i++) {
        assertThat(written.get(i))
            .as("text %d", i)
            .isEqualTo(uncached(replica, sources().get(i), 10));
      }
      assertThat(written.stream().distinct().count()).as("different texts").isGreaterThan(1);
    }
  }

  /** Predicts every next token by scoring the whole text again. */
  private static int[] uncached(Replica replica, int[] source, int room) {
    int[] text = new int[0];
    while (text.length < room) {
      int next = replica.score(batch(source, text, SPEC.eos())).predicted()[text.length];
      if (next == SPEC.eos()) {
        return text;
      }
      text = Arrays.copyOf(text, text.length + 1);
      text[text.length - 1] = next;
    }
    return text;
  }

  private static Batch batch(int[] source, int[] text, int last) {
    DenoisingExample example = new DenoisingExample(8);
    example.begin(1, source.length);
    for (int token : source) {
      example.appendSource(token);
    }
    int previous = SPEC.decoderStart();
    for (int t = 0; t <= text.length; t++) {
      int token = t < text.length ? text[t] : last;
      example.appendTarget(previous, t, token, DenoisingExample.KEPT, true);
      previous = token;
    }
    return Batch.of(List.of(example), SPEC.pad());
  }

  @Test
  void beamsFindWhatTheOtherEngineFinds() {
    try (Replica ours = opinionated("dl4j", SPEC);
        Replica theirs = opinionated("torch", SPEC)) {
      for (DecodingOptions options :
          List.of(
              new DecodingOptions(8, 3, 1),
              new DecodingOptions(8, 2, 0.5),
              DecodingOptions.greedy(8))) {
        List<int[]> expected = theirs.decoder().generate(sources(), options);
        List<int[]> actual = ours.decoder().generate(sources(), options);
        for (int i = 0; i < expected.size(); i++) {
          assertThat(actual.get(i)).as("text %d by %s", i, options).isEqualTo(expected.get(i));
        }
      }
    }
  }

  @Test
  void hypothesesTellTheirProbability() {
    DecodingOptions options = new DecodingOptions(8, 3, 1).withBest(3);
    try (Replica replica = opinionated("dl4j", SPEC)) {
      List<List<Hypothesis>> all = replica.decoder().hypotheses(sources(), options);
      for (int i = 0; i < all.size(); i++) {
        double last = Double.POSITIVE_INFINITY;
        assertThat(all.get(i)).as("hypotheses").hasSize(3);
        for (Hypothesis each : all.get(i)) {
          assertThat(each.score()).as("score").isLessThanOrEqualTo(last);
          last = each.score();
          double expected = probability(replica, sources().get(i), each.tokens(), 8);
          assertThat(each.logProbability()).as("probability").isCloseTo(expected, within(1e-3));
        }
      }
    }
  }

  /** The log-probability of a text and, unless it fills the room, of its end. */
  private static double probability(Replica replica, int[] source, int[] text, int room) {
    float[] losses = replica.score(batch(source, text, SPEC.eos())).loss();
    double sum = 0;
    for (int t = 0; t < Math.min(text.length + 1, room); t++) {
      sum -= losses[t];
    }
    return sum;
  }

  @Test
  void samplesAreAFunctionOfTheSeedAndTheirPlace() {
    DecodingOptions one = DecodingOptions.sampled(10, new Sampling(1, 0, 1, 5)).withBest(4);
    DecodingOptions other = DecodingOptions.sampled(10, new Sampling(1, 0, 1, 6)).withBest(4);
    try (Replica replica = opinionated("dl4j", SPEC)) {
      String first = texts(replica, sources(), one);
      assertThat(texts(replica, sources(), one)).as("same seed").isEqualTo(first);
      assertThat(texts(replica, sources(), other)).as("another seed").isNotEqualTo(first);
      assertThat(texts(replica, sources().subList(0, 2), one))
          .as("fewer sources")
          .isEqualTo(first.substring(0, texts(replica, sources().subList(0, 2), one).length()));
    }
  }

  private static String texts(Replica replica, List<int[]> sources, DecodingOptions options) {
    StringBuilder all = new StringBuilder();
    for (List<Hypothesis> each : replica.decoder().hypotheses(sources, options)) {
      each.forEach(text -> all.append(Arrays.toString(text.tokens())));
    }
    return all.toString();
  }

  @Test
  void theMostProbableTokenAloneIsGreedy() {
    DecodingOptions top = DecodingOptions.sampled(10, new Sampling(0.7, 1, 1, 5));
    DecodingOptions nucleus = DecodingOptions.sampled(10, new Sampling(0.7, 0, 1e-9, 5));
    try (Replica replica = opinionated("dl4j", SPEC)) {
      List<int[]> greedy = replica.decoder().generate(sources(), DecodingOptions.greedy(10));
      for (DecodingOptions options : List.of(top, nucleus)) {
        List<int[]> drawn = replica.decoder().generate(sources(), options);
        for (int i = 0; i < greedy.size(); i++) {
          assertThat(drawn.get(i)).as("text %d", i).isEqualTo(greedy.get(i));
        }
      }
    }
  }

  @Test
  void prefixLengthAndBannedTokensAreKept() {
    BitSet banned = new BitSet();
    banned.set(5);
    banned.set(7);
    try (Replica replica = opinionated("dl4j", SPEC)) {
      for (int beams : new int[] {1, 3}) {
        DecodingOptions options =
            new DecodingOptions(9, beams, 1)
                .withPrefix(List.of(7, 3, 9))
                .withMinLength(6)
                .withBanned(banned);
        for (int[] text : replica.decoder().generate(sources(), options)) {
          assertThat(text).as("text").startsWith(7, 3, 9).hasSizeBetween(6, 9);
          assertThat(Arrays.copyOfRange(text, 3, text.length)).as("rest").doesNotContain(5, 7);
        }
      }
    }
  }

  @Test
  void aTextThatIsTooLongIsRefused() {
    try (Replica replica = opinionated("dl4j", SPEC)) {
      assertThatThrownBy(
              () -> replica.decoder().generate(List.of(new int[17]), DecodingOptions.greedy(3)))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "A text of 17 tokens is longer than the 16 positions of the model: shorten it.");
    }
  }
}
