package org.palimpsest.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The Norman dynasty. | norman Dynasty | 1 | 1",
        "the Norman dynasty | Norman | 0 | 0.6666666666666666",
        "a cat and a dog | cat, dog | 0 | 0.8",
        "yes | no | 0 | 0",
        "the | an | 1 | 1",
        "'' | word | 0 | 0",
        "to be or not to be | to be | 0 | 0.5"
      })
  void matchesSquadEvaluation(String written, String reference, double exact, double f1) {
    assertThat(SquadMetrics.exactMatch(written, reference)).isEqualTo(exact);
    assertThat(SquadMetrics.f1(written, reference)).isCloseTo(f1, within(1e-12));
  }

  /** The first example is from the documentation of rouge_score: P 0.625, R 0.5555. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The quick brown dog jumps on the log. | The quick brown fox jumps over the lazy dog |"
            + " 0.588235294117647",
        "police killed the gunman | police kill the gunman | 0.75",
        "the gunman kill police | police kill the gunman | 0.5",
        "'' | something | 0",
        "Ähre und Öl | ähre, öl! | 0.8"
      })
  void rougeLMatchesRougeScore(String written, String reference, double f1) {
    assertThat(RougeL.f1(written, reference)).isCloseTo(f1, within(1e-12));
  }

  /**
   * The example from the documentation of sacreBLEU: BLEU = 48.53 82.4/50.0/45.5/37.5, BP 0.943.
   */
  @Test
  void bleuMatchesSacrebleu() {
    Bleu bleu = new Bleu();
    bleu.add("The dog bit the man.", List.of("The dog bit the man.", "The dog had bit the man."));
    bleu.add("It wasn't surprising.", List.of("It was not unexpected.", "No one was surprised."));
    bleu.add(
        "The man had just bitten him.",
        List.of("The man bit him first.", "The man had bitten the dog."));

    assertThat(bleu.score()).isCloseTo(48.53, within(0.005));
  }

  @Test
  void addsUpPartsOfACorpus() {
    List<String> reference = List.of("The man had bitten the dog, it costs 1,000.50 (or more).");
    Bleu whole = new Bleu();
    whole.add("the man bit the dog, it costs 1,000.50.", reference);
    whole.add("The man had bitten the dog!", reference);
    Bleu first = new Bleu();
    first.add("the man bit the dog, it costs 1,000.50.", reference);
    Bleu second = new Bleu();
    second.add("The man had bitten the dog!", reference);
    first.add(second);

    assertThat(first.score()).isEqualTo(whole.score()).isBetween(1.0, 99.0);
  }

  @Test
  void scoresIdenticalAndEmptyTexts() {
    Bleu same = new Bleu();
    same.add("one two three four five", List.of("one two three four five"));
    Bleu nothing = new Bleu();
    nothing.add("", List.of("one two three four five"));

    assertThat(same.score()).isCloseTo(100, within(1e-9));
    assertThat(nothing.score()).isZero();
    assertThat(new Bleu().score()).isZero();
  }

  /** Computed by hand: precisions 4/4, 2/3, 1/2, and 0/1, which counts as half a match. */
  @Test
  void smoothsAPrecisionOfZero() {
    Bleu bleu = new Bleu();
    bleu.add("a b c d", List.of("a b c e d"));

    double expected = 100 * Math.exp(1 - 5.0 / 4) * Math.pow(1.0 * 2 / 3 * 1 / 2 * 1 / 2, 0.25);
    assertThat(bleu.score()).isCloseTo(expected, within(1e-9));
  }
}
