package org.palimpsest.corpus.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.ImportedTokenizers;
import org.palimpsest.corpus.tokenize.TextEncoder;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.objective.text.Description;

/** Errors in the text, with tokenizers of all kinds. */
class TextNoiseOfTokenizersTest {
  private static final String TEXT = "the house unwanted the other house";

  static Stream<Tokenizer> tokenizers() {
    return Stream.of(
        CorpusForTests.tokenizer().tokenizer(),
        ImportedTokenizers.wordPiece(),
        ImportedTokenizers.unigram(),
        ImportedTokenizers.bytePairs());
  }

  private static Objective objective(Object... errors) {
    return Objectives.parse(
        Description.of(
            "steps", List.of(Description.of("kind", "text-noise", "errors", List.of(errors)))));
  }

  private static Object entries(String... lines) {
    return Description.of(
        "kind", "confusions", "entries", List.of(lines), "unit", "words", "rate", 1);
  }

  private static TokenBlock block(Tokenizer tokenizer, String text) {
    return new TextEncoder(tokenizer).block(5, text);
  }

  /** The tokens of the source's text. */
  private static int[] source(Tokenizer tokenizer, DenoisingExample example) {
    int begin = tokenizer.vocabulary().hasBos() ? 1 : 0;
    return Arrays.copyOfRange(example.sourceTokens(), begin, example.sourceLength() - 1);
  }

  private static String text(Tokenizer tokenizer, int... tokens) {
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      text.append(new String(tokenizer.utf8(token), StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void theTextsOfTokensMakeTheText(Tokenizer tokenizer) {
    int[] tokens = block(tokenizer, TEXT).tokens();
    assertThat(text(tokenizer, tokens).strip()).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void textsOfTokensHaveAsManyBytesAsTheTokenizerCounts(Tokenizer tokenizer) {
    for (int id = 0; id < tokenizer.vocabulary().size(); id++) {
      assertThat(tokenizer.utf8(id)).hasSize(tokenizer.utf8Length(id));
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void aDecodedTextContinuesAsTheSameTokens(Tokenizer tokenizer) {
    int[] tokens = block(tokenizer, TEXT).tokens();
    int begin = tokens.length - tokenizer.encodeContinuing(" house").length;
    int[] last = Arrays.copyOfRange(tokens, begin, tokens.length);
    assertThat(tokenizer.encodeContinuing(text(tokenizer, last))).isEqualTo(last);
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void theSourceIsTheChangedText(Tokenizer tokenizer) {
    TokenBlock block = block(tokenizer, TEXT);
    DenoisingExample example =
        objective(entries("unwanted nuwantde"), entries("house huose"))
            .corruptor(tokenizer, 64)
            .corrupt(block, 1, 0);
    int[] source = source(tokenizer, example);
    assertThat(text(tokenizer, source).strip()).isEqualTo("the huose nuwantde the other huose");
    assertThat(source[0]).isEqualTo(block.tokens()[0]);
  }

  /** Without errors that hit, tokens stay that the tokenizer itself would not give. */
  @ParameterizedTest
  @MethodSource("tokenizers")
  void wordsWithoutErrorsKeepTheirTokens(Tokenizer tokenizer) {
    int[] whole = block(tokenizer, TEXT).tokens();
    TokenBlock odd = TokenBlock.ofSentence(1, tail(whole, 1));
    DenoisingExample example =
        objective(entries("nothing else")).corruptor(tokenizer, 64).corrupt(odd, 1, 0);
    assertThat(source(tokenizer, example)).isEqualTo(odd.tokens());
  }

  private static int[] tail(int[] tokens, int from) {
    return Arrays.copyOfRange(tokens, from, tokens.length);
  }

  @Test
  void charactersOfSeveralBytesAreChanged() {
    Tokenizer tokenizer = CorpusForTests.tokenizer().tokenizer();
    DenoisingExample example =
        objective(entries("größer grösser"))
            .corruptor(tokenizer, 64)
            .corrupt(block(tokenizer, "ist größer, 今天天气好。"), 1, 0);
    assertThat(tokenizer.decode(source(tokenizer, example))).isEqualTo("ist grösser, 今天天气好。");
  }

  @Test
  void controlStringsThatErrorsWriteAreText() {
    Tokenizer tokenizer = CorpusForTests.tokenizer().tokenizer();
    DenoisingExample example =
        objective(entries("then <mask>"))
            .corruptor(tokenizer, 64)
            .corrupt(block(tokenizer, "the house then"), 1, 0);
    int[] source = source(tokenizer, example);
    assertThat(source).doesNotContain(tokenizer.vocabulary().mask());
    assertThat(tokenizer.decode(source)).isEqualTo("the house <mask>");
  }

  @Test
  void anObjectiveThatReadsTextsTakesItsTokenizerAlong() {
    Objective objective =
        TokenizedObjective.of(objective(entries("then than")), CorpusForTests.tokenizer());
    Tokenizer tokenizer = CorpusForTests.tokenizer().tokenizer();
    DenoisingExample example =
        objective
            .corruptor(tokenizer.vocabulary(), 64)
            .corrupt(block(tokenizer, "the house then"), 1, 0);
    assertThat(tokenizer.decode(source(tokenizer, example))).isEqualTo("the house than");
  }

  @Test
  void anObjectiveOfTokensNeedsNoTokenizer() {
    Objective bart = Objectives.parse("bart");
    assertThat(TokenizedObjective.of(bart, CorpusForTests.tokenizer())).isSameAs(bart);
  }
}
