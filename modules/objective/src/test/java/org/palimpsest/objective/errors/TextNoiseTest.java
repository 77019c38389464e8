package org.palimpsest.objective.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.objective.DenoisingExample.CONTROL;
import static org.palimpsest.objective.DenoisingExample.CORRUPTED;
import static org.palimpsest.objective.DenoisingExample.KEPT;
import static org.palimpsest.objective.DenoisingExample.MOVED;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Texts;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.objective.text.Description;

class TextNoiseTest {
  private static final ByteCodec CODEC =
      new ByteCodec("The", " old", " miller", " likes", " his", " horse", ".", " It", " runs");
  private static final String TEXT = "The old miller likes his horse";

  private static Objective objective(Object... errors) {
    return Objectives.parse(Description.of("steps", List.of(step(errors))));
  }

  private static Map<String, Object> step(Object... errors) {
    return Description.of("kind", "text-noise", "errors", List.of(errors));
  }

  private static Map<String, Object> error(String kind, double rate) {
    return Description.of("kind", kind, "rate", rate);
  }

  private static Map<String, Object> entries(String... lines) {
    return Description.of(
        "kind", "confusions", "entries", List.of(lines), "case", "exact", "rate", 1);
  }

  private static DenoisingExample corrupt(Objective objective, TokenBlock block) {
    return objective.corruptor(CODEC, 512).corrupt(block, 1, 0);
  }

  private static byte[] roles(int... text) {
    byte[] roles = new byte[text.length + 2];
    roles[0] = CONTROL;
    for (int at = 0; at < text.length; at++) {
      roles[at + 1] = (byte) text[at];
    }
    roles[roles.length - 1] = CONTROL;
    return roles;
  }

  @Test
  void theTargetIsTheTextAsItWas() {
    TokenBlock block = CODEC.block(1, TEXT);
    DenoisingExample example = corrupt(objective(error("keyboard", 0.3)), block);
    assertThat(CODEC.text(example.targetTokens()).strip()).startsWith(TEXT);
    assertThat(Arrays.copyOfRange(example.targetTokens(), 1, block.length() + 1))
        .isEqualTo(block.tokens());
  }

  @Test
  void aChangedWordIsEncodedAgain() {
    DenoisingExample example = corrupt(objective(entries("o i")), CODEC.block(1, TEXT));
    assertThat(CODEC.source(example)).isEqualTo("The ild miller likes his hirse");
    assertThat(example.sourceTokens()[1]).isEqualTo(CODEC.block(0, "The").tokens()[0]);
    assertThat(example.sourceLength()).isEqualTo(2 + 4 + 4 + 6);
    assertThat(Texts.roles(example)).isEqualTo(roles(KEPT, CORRUPTED, KEPT, KEPT, KEPT, CORRUPTED));
  }

  /** The bytes of a word that are still there, in their order, are kept. */
  @Test
  void ofAChangedWordOnlyWhatChangedIsCorrupted() {
    DenoisingExample example = corrupt(objective(entries("b x")), CODEC.block(1, "abcb"));
    assertThat(CODEC.source(example)).isEqualTo("axcx");
    assertThat(Texts.roles(example)).isEqualTo(roles(KEPT, CORRUPTED, KEPT, CORRUPTED));
  }

  @Test
  void aDroppedWordIsCorruptedAndTheOthersAreKept() {
    // " old" goes: of the words only it has the rate 1/3 · 3.
    DenoisingExample example =
        corrupt(objective(entries("old The")), CODEC.block(1, "The old horse"));
    assertThat(CODEC.source(example)).isEqualTo("The The horse");
    assertThat(Texts.roles(example)).isEqualTo(roles(KEPT, CORRUPTED, KEPT));
  }

  @Test
  void swappedWordsAreMoved() {
    DenoisingExample example =
        corrupt(objective(error("swapped-words", 1)), CODEC.block(1, "The. old miller"));
    // Not all fit: "The." is " The." elsewhere.
    assertThat(CODEC.source(example)).isEqualTo("old The. miller");
    DenoisingExample inside =
        corrupt(objective(error("swapped-words", 1)), CODEC.block(1, " old miller likes his"));
    assertThat(CODEC.source(inside)).isEqualTo(" miller old his likes");
    assertThat(Texts.roles(inside)).isEqualTo(roles(MOVED, MOVED, MOVED, MOVED));
  }

  @Test
  void mergedWordsAreEncodedTogether() {
    DenoisingExample example =
        corrupt(objective(error("merged-words", 1)), CODEC.block(1, "The old¶ It runs"));
    assertThat(CODEC.source(example)).isEqualTo("Theold¶ Itruns");
    assertThat(Texts.roles(example))
        .isEqualTo(roles(CORRUPTED, CORRUPTED, KEPT, CORRUPTED, CORRUPTED));
  }

  @Test
  void separatorsOfDocumentsStay() {
    DenoisingExample example =
        corrupt(objective(error("dropped-characters", 1)), CODEC.block(1, "The old¶ It¶ runs"));
    assertThat(CODEC.source(example)).isEqualTo(" ¶ ¶ s");
  }

  @Test
  void theLossMayCountOnChangedTokensAlone() {
    Objective objective =
        Objectives.parse(Description.of("steps", List.of(step(entries("o i"))), "loss", "damaged"));
    DenoisingExample example = corrupt(objective, CODEC.block(1, "The old miller"));
    assertThat(Texts.counted(example)).containsExactly(false, false, true, false, false);
  }

  @Test
  void errorsFollowOneAnother() {
    DenoisingExample example =
        corrupt(objective(entries("o i"), entries("i u")), CODEC.block(1, "The old miller"));
    assertThat(CODEC.source(example)).isEqualTo("The uld muller");
  }

  @Test
  void anotherRateOfOneErrorLeavesTheDrawsOfTheNext() {
    Map<String, Object> capitals = error("lost-case", 0.5);
    TokenBlock block = CODEC.block(1, "A B C D E F G H I J K L M");
    String alone = CODEC.source(corrupt(objective(error("keyboard", 0), capitals), block));
    String after = CODEC.source(corrupt(objective(error("swapped-words", 1), capitals), block));
    for (int at = 0; at < alone.length(); at += 2) {
      assertThat(Character.isUpperCase(after.charAt(at)))
          .isEqualTo(Character.isUpperCase(alone.charAt(at)));
    }
  }

  @Test
  void noiseAfterItCoversUnchangedWords() {
    Objective objective =
        Objectives.parse(
            Description.of(
                "steps",
                List.of(step(entries("o i"))),
                "noise",
                Description.of("kind", "iid", "density", 1),
                "source",
                "mask-token"));
    DenoisingExample example = corrupt(objective, CODEC.block(1, "The old miller"));
    assertThat(example.sourceTokens()[1]).isEqualTo(CODEC.vocabulary().mask());
    assertThat(CODEC.text(Arrays.copyOfRange(example.sourceTokens(), 2, 6))).isEqualTo(" ild");
    assertThat(example.sourceTokens()[6]).isEqualTo(CODEC.vocabulary().mask());
  }

  /** Half a character has no text that could be changed, and stays where it is. */
  @Test
  void aCharacterThatABlockCutsStays() {
    byte[] bytes = "\u00e9a".getBytes(StandardCharsets.UTF_8);
    int[] tokens = {5 + (bytes[1] & 0xFF), 5 + 'a', 5 + 'a', 5 + (bytes[0] & 0xFF)};
    DenoisingExample example = corrupt(objective(entries("a b")), TokenBlock.ofSentence(1, tokens));
    assertThat(Arrays.copyOfRange(example.sourceTokens(), 1, 5))
        .containsExactly(tokens[0], 5 + 'b', 5 + 'b', tokens[3]);
  }

  @Test
  void charactersOfSeveralTokensAreChanged() {
    DenoisingExample example = corrupt(objective(entries("ж щ")), CODEC.block(1, "да жук"));
    assertThat(CODEC.source(example)).isEqualTo("да щук");
  }

  @Test
  void aTextThatWouldBeTooLongStaysAndIsCounted() {
    TokenBlock block = CODEC.block(1, " miller".repeat(200));
    String[] long1 = {"m " + "x".repeat(40)};
    Map<String, Object> rare =
        Description.of("kind", "confusions", "entries", List.of(long1), "rate", 0.5);
    DenoisingExample example = corrupt(objective(rare), block);
    assertThat(Arrays.copyOfRange(example.sourceTokens(), 1, 201)).isEqualTo(block.tokens());
    assertThat(example.sourceLength()).isEqualTo(202);
    assertThat(example.overflowedSpans()).isEqualTo(1);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "The", " old", " miller", " likes", ".", " жук", " 你好。再见", "¶", " e\u0301", "  ", " It")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<Map<String, Object>> errors() {
    return Arbitraries.of(
            "keyboard dropped-characters doubled-characters swapped-characters dropped-words"
                .concat(" doubled-words swapped-words merged-words split-words lost-case")
                .concat(" lost-punctuation lost-diacritics")
                .split(" "))
        .map(kind -> error(kind, 0.3));
  }

  /** The source is the changed text; what it has of the target is said to be kept or moved. */
  @Property(tries = 500)
  void rolesSayWhatTheSourceHas(
      @ForAll("texts") String text,
      @ForAll("errors") Map<String, Object> error,
      @ForAll("errors") Map<String, Object> other,
      @ForAll long epoch) {
    TokenBlock block = CODEC.block(7, text);
    Objective objective = objective(error, other);
    DenoisingExample example = objective.corruptor(CODEC, 512).corrupt(block, 1, epoch);
    Objective.Lengths lengths = objective.lengths(CODEC.vocabulary(), Math.max(1, block.length()));
    assertThat(example.sourceLength()).isLessThanOrEqualTo(Math.max(lengths.maxSource(), 2));
    assertThat(Arrays.copyOfRange(example.targetTokens(), 1, block.length() + 1))
        .isEqualTo(block.tokens());
    Map<Integer, Integer> left = new HashMap<>();
    for (int token : example.sourceTokens()) {
      left.merge(token, 1, Integer::sum);
    }
    int corrupted = 0;
    for (int at = 0; at < block.length(); at++) {
      if (example.roles()[at + 1] == CORRUPTED) {
        corrupted++;
      } else {
        assertThat(left.merge(block.tokens()[at], -1, Integer::sum)).isNotNegative();
      }
    }
    int end = example.sourceLength() - 1;
    if (Arrays.equals(Arrays.copyOfRange(example.sourceTokens(), 1, end), block.tokens())) {
      assertThat(corrupted).isZero();
    }
    assertThat(count(example.sourceTokens(), CODEC.vocabulary().eos()))
        .isEqualTo(count(block.tokens(), CODEC.vocabulary().eos()) + 1);
  }

  private static long count(int[] tokens, int id) {
    return Arrays.stream(tokens).filter(token -> token == id).count();
  }

  /** A corruptor that has seen other texts, long and short, corrupts a text alike. */
  @Property(tries = 100)
  void buffersDoNotMatter(
      @ForAll("texts") String text,
      @ForAll("texts") String earlier,
      @ForAll("errors") Map<String, Object> error) {
    Objective objective = objective(error);
    Corruptor used = objective.corruptor(CODEC, 512);
    used.corrupt(CODEC.block(3, earlier), 1, 0);
    TokenBlock block = CODEC.block(7, text);
    int[] again = used.corrupt(block, 1, 0).sourceTokens();
    assertThat(again).isEqualTo(corrupt(objective, block).sourceTokens());
  }

  @Property(tries = 50)
  void aDescriptionGivesAnEqualObjective(@ForAll("errors") Map<String, Object> error) {
    Objective objective =
        objective(
            error,
            Description.of("kind", "confusions", "table", "ocr", "rate", 0.01),
            entries("a b", "cd e f"));
    assertThat(Objectives.parse(objective.describe())).isEqualTo(objective);
  }

  @Test
  void mixturesMayHaveTextNoiseInAPart() {
    Objective mixture =
        Objectives.parse(
            Description.of(
                "mixture",
                List.of(
                    Description.of("objective", "token-deletion"),
                    Description.of(
                        "objective", Description.of("steps", List.of(step(entries("o i"))))))));
    assertThat(mixture.readsText()).isTrue();
    assertThat(mixture.ofTokens().readsText()).isFalse();
    Corruptor corruptor = mixture.corruptor(CODEC, 512);
    TokenBlock block = CODEC.block(1, "The old miller");
    long changed = 0;
    for (int epoch = 0; epoch < 200; epoch++) {
      changed += CODEC.source(corruptor.corrupt(block, 1, epoch)).equals("The ild miller") ? 1 : 0;
    }
    assertThat(changed).isBetween(60L, 140L);
  }
}
