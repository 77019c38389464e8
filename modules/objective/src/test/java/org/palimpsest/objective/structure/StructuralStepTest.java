package org.palimpsest.objective.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Texts;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.text.Description;

class StructuralStepTest {
  private static final int A = 101;
  private static final int B = 102;
  private static final int C = 103;
  private static final int STOP = 110;

  private static int[] permuted(TokenBlock block, double share, long epoch) {
    Corruptor corruptor =
        Texts.corruptor(
            Description.of(
                "steps", List.of(Description.of("kind", "sentence-permutation", "share", share))),
            512);
    return corruptor.corrupt(block, 1, epoch).sourceTokens();
  }

  /** `<s> a . b . c . </s>`: each of the six orders with probability 1/6. */
  @Test
  void allOrdersOfThreeSentencesAreEquallyLikely() {
    TokenBlock block =
        new TokenBlock(
            5, new int[] {A, STOP, B, STOP, C, STOP}, new int[] {0, 2, 4}, new int[] {0});
    Map<String, Integer> seen = new HashMap<>();
    for (int epoch = 0; epoch < 6000; epoch++) {
      int[] source = permuted(block, 1, epoch);
      assertThat(source).startsWith(0).endsWith(2).hasSize(8);
      assertThat(source[2]).isEqualTo(STOP);
      seen.merge(Arrays.toString(source), 1, Integer::sum);
    }
    assertThat(seen).hasSize(6);
    // 1000 each; the deviation is 29.
    assertThat(seen.values()).allMatch(count -> count > 880 && count < 1120);
  }

  @Test
  void halfOfThreeSentencesAreTwo() {
    TokenBlock block =
        new TokenBlock(
            5, new int[] {A, STOP, B, STOP, C, STOP}, new int[] {0, 2, 4}, new int[] {0});
    Map<String, Integer> seen = new HashMap<>();
    for (int epoch = 0; epoch < 3000; epoch++) {
      seen.merge(Arrays.toString(permuted(block, 0.5, epoch)), 1, Integer::sum);
    }
    // The old order and the three exchanges of two sentences; no cycle of three.
    assertThat(seen).hasSize(4);
    assertThat(seen.get(Arrays.toString(new int[] {0, A, STOP, B, STOP, C, STOP, 2})))
        .isBetween(1370, 1630);
  }

  /** "a . . . b .": the sentence ends behind the first stop, as the corpus divides it. */
  @Test
  void furtherStopsBelongToTheNextSentence() {
    TokenBlock block =
        new TokenBlock(
            5, new int[] {A, STOP, STOP, STOP, B, STOP}, new int[] {0, 2}, new int[] {0});
    Map<String, Integer> seen = new HashMap<>();
    for (int epoch = 0; epoch < 200; epoch++) {
      seen.merge(Arrays.toString(permuted(block, 1, epoch)), 1, Integer::sum);
    }
    assertThat(seen)
        .containsOnlyKeys(
            Arrays.toString(new int[] {0, A, STOP, STOP, STOP, B, STOP, 2}),
            Arrays.toString(new int[] {0, STOP, STOP, B, STOP, A, STOP, 2}));
  }

  @Test
  void aTextWithoutSentenceEndStaysAsItIs() {
    assertThat(permuted(Texts.plain(1, 5), 1, 0)).containsExactly(0, 100, 101, 102, 103, 104, 2);
  }

  @Property
  void permutationMovesWholeSentencesAndMarksWhatMoved(
      @ForAll @IntRange(max = 300) int tokens,
      @ForAll @IntRange(min = 1, max = 40) int sentence,
      @ForAll long epoch) {
    TokenBlock block = Texts.sentences(1, tokens, sentence);
    Corruptor corruptor = Texts.corruptor("sentence-permutation", 512);
    DenoisingExample example = corruptor.corrupt(block, 1, epoch);
    int[] source = example.sourceTokens();
    assertThat(example.targetTokens()).containsExactlyInAnyOrder(source);
    byte[] roles = Texts.roles(example);
    for (int at = 1; at <= tokens; at++) {
      boolean still = source[at] == example.target()[at];
      assertThat(roles[at]).isEqualTo(still ? DenoisingExample.KEPT : DenoisingExample.MOVED);
    }
    for (int start : block.sentenceStarts()) {
      int place = indexOf(source, Texts.FIRST + start);
      for (int k = 1; k < Math.min(sentence, tokens - start); k++) {
        assertThat(source[place + k]).isEqualTo(Texts.FIRST + start + k);
      }
    }
  }

  private static int indexOf(int[] tokens, int token) {
    for (int at = 0; at < tokens.length; at++) {
      if (tokens[at] == token) {
        return at;
      }
    }
    throw new AssertionError(token + " is missing");
  }

  /** P(unchanged) = 1/m. */
  @Test
  void rotationBeginsWithAUniformToken() {
    Corruptor corruptor = Texts.corruptor("document-rotation", 512);
    int[] first = new int[5];
    for (int epoch = 0; epoch < 5000; epoch++) {
      int[] source = corruptor.corrupt(Texts.plain(1, 5), 1, epoch).sourceTokens();
      int begin = source[1] - Texts.FIRST;
      first[begin]++;
      for (int k = 0; k < 5; k++) {
        assertThat(source[1 + k]).isEqualTo(Texts.FIRST + (begin + k) % 5);
      }
    }
    // 1000 each; the deviation is 28.
    assertThat(Arrays.stream(first)).allMatch(count -> count > 885 && count < 1115);
  }

  @Test
  void documentsRotateByThemselvesAndTheirSeparatorsStay() {
    Corruptor corruptor = Texts.corruptor("document-rotation", 512);
    TokenBlock block = Texts.documents(1, 100, 25);
    for (int epoch = 0; epoch < 20; epoch++) {
      int[] source = corruptor.corrupt(block, 1, epoch).sourceTokens();
      for (int document = 0; document < 4; document++) {
        int from = 1 + 25 * document;
        int separator = from + 24;
        assertThat(source[separator]).isEqualTo(document == 3 ? source[separator] : 2);
        assertThat(Arrays.copyOfRange(source, from, separator)).doesNotContain(2);
        int here = document;
        assertThat(Arrays.stream(source, from, separator))
            .allMatch(token -> (token - Texts.FIRST) / 25 == here);
      }
    }
  }

  @Test
  void deletedTokensAreDamagedAndTheOthersDidNotMove() {
    Corruptor corruptor =
        Texts.corruptor(
            Description.of(
                "steps",
                List.of(Description.of("kind", "token-deletion", "density", 0.3)),
                "loss",
                "damaged"),
            512);
    DenoisingExample example = corruptor.corrupt(Texts.documents(1, 100, 25), 1, 0);
    assertThat(example.sourceLength()).isEqualTo(102 - 30);
    assertThat(roles(example, DenoisingExample.CORRUPTED)).isEqualTo(30);
    assertThat(roles(example, DenoisingExample.MOVED)).isZero();
    assertThat(counted(example)).isEqualTo(30);
    assertThat(Arrays.stream(example.sourceTokens()).filter(token -> token == 2).count())
        .isEqualTo(4);
  }

  @Test
  void insertedTokensAreNeverDamaged() {
    Corruptor corruptor =
        Texts.corruptor(
            Description.of(
                "steps",
                List.of(
                    Description.of(
                        "kind", "token-insertion", "density", 0.2, "random-share", 0.25)),
                "noise",
                Description.of("kind", "iid", "density", 1),
                "source",
                Description.of("kind", "drop")),
            512);
    DenoisingExample example = corruptor.corrupt(Texts.plain(1, 100), 1, 0);
    assertThat(example.sourceLength()).isEqualTo(2 + 20);
    int[] source = example.sourceTokens();
    assertThat(Arrays.stream(source).filter(token -> token == 4).count()).isEqualTo(15);
    assertThat(roles(example, DenoisingExample.CORRUPTED)).isEqualTo(100);
  }

  @Test
  void stepsCanFollowEachOther() {
    Corruptor corruptor =
        Texts.corruptor(
            Description.of(
                "steps",
                List.of(
                    "sentence-permutation",
                    "document-rotation",
                    Description.of("kind", "token-deletion", "density", 0.1),
                    Description.of("kind", "token-insertion", "density", 0.1))),
            512);
    DenoisingExample example = corruptor.corrupt(Texts.sentences(1, 100, 10), 1, 0);
    assertThat(example.sourceLength()).isEqualTo(2 + 90 + 9);
    assertThat(roles(example, DenoisingExample.CORRUPTED)).isEqualTo(10);
    assertThat(roles(example, DenoisingExample.MOVED)).isGreaterThan(50);
    assertThat(example.targetTokens()).hasSize(102).startsWith(0, 100, 101).endsWith(199, 2);
  }

  private static long roles(DenoisingExample example, byte role) {
    int count = 0;
    for (byte one : Texts.roles(example)) {
      count += one == role ? 1 : 0;
    }
    return count;
  }

  private static long counted(DenoisingExample example) {
    int count = 0;
    for (boolean one : Texts.counted(example)) {
      count += one ? 1 : 0;
    }
    return count;
  }
}
