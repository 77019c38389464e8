package org.palimpsest.objective.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.objective.target.SentinelTarget.First;
import static org.palimpsest.objective.target.SentinelTarget.Last;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.palimpsest.objective.Texts;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.target.DamagedText;
import org.palimpsest.objective.target.SentinelTarget;
import org.palimpsest.objective.target.SharedSentinelTarget;
import org.palimpsest.objective.target.SpanOnly;
import org.palimpsest.objective.target.TargetFunction;

/** The token functions of T5's own tests: tokens 10 … 15, mask T T F F T F, 1000 ids. */
class TokenFunctionsTest {
  private static final SentinelTarget ALIGNED = new SentinelTarget(Last.AS_NEEDED, First.ALWAYS);
  private static final SentinelTarget AS_CODED =
      new SentinelTarget(Last.AS_NEEDED, First.AS_NEEDED);

  private static CorruptionContext masked() {
    CorruptionContext bench = Texts.bench(Frame.NONE, 1000, 10, 11, 12, 13, 14, 15);
    bench.spans.add(0, 2);
    bench.spans.add(4, 5);
    return bench;
  }

  private static int[] source(SourceFunction function) {
    CorruptionContext bench = masked();
    function.write(bench);
    return bench.into.sourceTokens();
  }

  private static int[] target(TargetFunction function) {
    CorruptionContext bench = masked();
    new DropSpans().write(bench);
    function.write(bench);
    return bench.into.targetTokens();
  }

  @Test
  void maskEach() {
    assertThat(source(new MaskTokens(Placeholder.SENTINEL, 0, 0)))
        .containsExactly(999, 999, 12, 13, 999, 15);
  }

  @Test
  void sharedSentinelPerNoiseSpan() {
    assertThat(source(new MaskSpans(Placeholder.SENTINEL, 0)))
        .containsExactly(999, 12, 13, 999, 15);
  }

  @Test
  void uniqueSentinelPerNoiseSpan() {
    assertThat(source(new SentinelPerSpan())).containsExactly(999, 12, 13, 998, 15);
  }

  @Test
  void dropNoise() {
    assertThat(source(new DropSpans())).containsExactly(12, 13, 15);
  }

  @Test
  void gatheredTokensAreOfTheText() {
    int[] source = source(new GatheredTokens());
    assertThat(source).hasSize(6);
    assertThat(Arrays.stream(source)).allMatch(token -> token >= 10 && token <= 15);
    assertThat(source).containsSubsequence(12, 13, 15);
  }

  @Test
  void permutedTokensStayAmongTheirPlaces() {
    int[] source = source(new PermutedTokens());
    assertThat(source[2]).isEqualTo(12);
    assertThat(source[3]).isEqualTo(13);
    assertThat(source[5]).isEqualTo(15);
    assertThat(source).containsExactlyInAnyOrder(10, 11, 12, 13, 14, 15);
  }

  @Test
  void randomTokensAreNeverSpecial() {
    int[] source = source(new MaskTokens(Placeholder.MASK, 1, 0));
    assertThat(source).hasSize(6);
    assertThat(Arrays.stream(source)).allMatch(token -> token >= 2 && token < 900);
  }

  @Test
  void sharedSentinelPerUndamagedSpan() {
    assertThat(target(new SharedSentinelTarget())).containsExactly(10, 11, 999, 14, 999);
  }

  @Test
  void uniqueSentinelPerUndamagedSpanAsT5CodesIt() {
    assertThat(target(AS_CODED)).containsExactly(10, 11, 999, 14, 998);
  }

  @Test
  void sentinelsOfBothSidesAreAlignedWhenTheTextBeginsWithNoise() {
    assertThat(target(ALIGNED)).containsExactly(999, 10, 11, 998, 14, 997);
  }

  @Test
  void dropUndamaged() {
    assertThat(target(new DamagedText())).containsExactly(10, 11, 14);
  }

  @Test
  void withoutNoiseTheTargetIsOneSentinel() {
    CorruptionContext bench = Texts.bench(Frame.NONE, 1000, 10, 11, 12);
    new SentinelPerSpan().write(bench);
    ALIGNED.write(bench);
    assertThat(bench.into.sourceTokens()).containsExactly(10, 11, 12);
    assertThat(bench.into.targetTokens()).containsExactly(999);
  }

  /** "Thank you [for inviting] me to your party [last] week ." */
  @Test
  void t5Sentence() {
    CorruptionContext bench =
        Texts.bench(Frame.END, 1000, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    bench.spans.add(2, 4);
    bench.spans.add(8, 9);
    new SentinelPerSpan().write(bench);
    ALIGNED.write(bench);
    assertThat(bench.into.sourceTokens())
        .containsExactly(10, 11, 999, 14, 15, 16, 17, 998, 19, 20, 1);
    assertThat(bench.into.targetTokens()).containsExactly(999, 12, 13, 998, 18, 997, 1);
    assertThat(Texts.inputs(bench.into)).containsExactly(0, 999, 12, 13, 998, 18, 997);
    assertThat(Texts.roles(bench.into)).containsExactly(3, 1, 1, 3, 1, 3, 3);
  }

  @Test
  void theLastSentinelIsLeftOutWhenTheTextEndsWithNoise() {
    CorruptionContext bench = Texts.bench(Frame.END, 1000, 10, 11, 12);
    bench.spans.add(1, 3);
    new SentinelPerSpan().write(bench);
    ALIGNED.write(bench);
    assertThat(bench.into.targetTokens()).containsExactly(999, 11, 12, 1);
    new SentinelTarget(Last.ALWAYS, First.ALWAYS).write(bench);
    assertThat(bench.into.targetTokens()).containsExactly(999, 11, 12, 998, 1);
  }

  /** MASS: x1 … x8, span x3 … x6; positions count the begin token. */
  @Test
  void massReadsTheTrueLeftNeighborsAtTheirPositions() {
    CorruptionContext bench = Texts.bench(Frame.NONE, 1000, 11, 12, 13, 14, 15, 16, 17, 18);
    bench.spans.add(2, 6);
    new MaskTokens(Placeholder.SENTINEL, 0, 0).write(bench);
    new SpanOnly().write(bench);
    assertThat(bench.into.targetTokens()).containsExactly(13, 14, 15, 16);
    assertThat(Texts.inputs(bench.into)).containsExactly(12, 13, 14, 15);
    assertThat(Texts.positions(bench.into)).containsExactly(2, 3, 4, 5);
    assertThat(bench.into.sourceTokens()).containsExactly(11, 12, 999, 999, 999, 999, 17, 18);
  }
}
