package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Batch;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.OptimizerSpec;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.PalimpsestException;

class TorchDecoderTest {
  private static final ModelSpec SPEC = new ModelSpec(12, 16, 32, 2, 2, 2, 16, 0.1, 0, 1, 3, 2);

  private Replica replica;
  private List<int[]> sources;

  @BeforeEach
  void aModelWithOpinions() {
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 3);
    replica = new TorchEngine().createReplica(SPEC, options);
    float[] parameters = replica.parameters().toArray();
    Random random = new Random(4);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] += (float) (0.35 * random.nextGaussian());
    }
    replica.parameters().write(0, parameters, 0, parameters.length);
    sources = new ArrayList<>();
    for (int length : new int[] {5, 1, 9, 3, 9, 2}) {
      sources.add(random.ints(length, 3, SPEC.vocabulary()).toArray());
    }
  }

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void greedyWithCachedKeysWritesWhatScoringPredicts() {
    List<int[]> written = replica.decoder().generate(sources, DecodingOptions.greedy(10));
    for (int i = 0; i < sources.size(); i++) {
      assertThat(written.get(i)).as("text %d", i).isEqualTo(uncached(sources.get(i), 10));
    }
    assertThat(written.stream().mapToInt(text -> text.length).distinct().count())
        .as("different lengths")
        .isGreaterThan(1);
  }

  /** Predicts every next token by scoring the whole text again. */
  private int[] uncached(int[] source, int room) {
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
  void aTextIsWrittenTheSameAloneAndInCompany() {
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
  void enoughBeamsFindTheBestOfAllTexts() {
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

  /** Mean log-probability; a text that fills the room has no end of text. */
  private double score(int[] source, int[] text, int room) {
    float[] losses = replica.score(batch(source, text, SPEC.eos())).loss();
    int length = Math.min(room, text.length + 1);
    double sum = 0;
    for (int t = 0; t < length; t++) {
      sum -= losses[t];
    }
    return sum / length;
  }

  @Test
  void aLongSourceIsRefused() {
    assertThatThrownBy(
            () -> replica.decoder().generate(List.of(new int[17]), DecodingOptions.greedy(4)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "A text of 17 tokens is longer than the 16 positions of the model: shorten it.");
  }

  @Test
  void noBeamsAreRefused() {
    assertThatThrownBy(() -> replica.decoder().generate(sources, new DecodingOptions(4, 0, 1.0)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Decoding needs at least one beam and a length of at least 1: set both to 1 or more.");
  }
}
