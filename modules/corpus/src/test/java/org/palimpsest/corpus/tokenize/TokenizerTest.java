package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

class TokenizerTest {
  private final Tokenizer tokenizer = CorpusForTests.tokenizer().tokenizer();

  @Test
  void modeTokensAreSpecialTokens() {
    Vocabulary vocabulary = tokenizer.vocabulary();
    int first = vocabulary.size() - 16 - 3;

    assertThat(vocabulary.named())
        .isEqualTo(Map.of("[NLU]", first, "[NLG]", first + 1, "[S2S]", first + 2));
    assertThat(vocabulary.special().get(first)).isTrue();
    assertThat(tokenizer.encode("[NLU]")).doesNotContain(first);
    assertThat(tokenizer.encodeMarked("[NLU]")).containsExactly(first);
  }

  @Test
  void trainsAVocabularyWithTheStandardLayout() {
    Vocabulary plain =
        new TokenizerFile(TokenizerJson.write(List.of(), List.of(), 4)).tokenizer().vocabulary();
    assertThat(plain.withWordStarts(new BitSet())).isEqualTo(Vocabulary.standard(plain.size(), 4));
    Vocabulary vocabulary = tokenizer.vocabulary();
    for (int k = 0; k < 16; k++) {
      assertThat(tokenizer.token(vocabulary.sentinel(k))).isEqualTo("<extra_id_" + k + ">");
      assertThat(vocabulary.sentinel(k)).isEqualTo(vocabulary.size() - 1 - k);
    }
    assertThat(vocabulary.wordStarts().stream().mapToObj(tokenizer::token))
        .contains("Ġ", "Ġthe")
        .allMatch(token -> token.startsWith("Ġ"));
  }

  @Test
  void usesMerges() {
    assertThat(Arrays.stream(tokenizer.encode("house the there")).mapToObj(tokenizer::token))
        .containsExactly("house", "Ġthe", "Ġthere");
  }

  @Property(tries = 300)
  void decodingInvertsEncoding(@ForAll String text) {
    int[] ids = tokenizer.encode(text);
    String sound = new String(CorpusForTests.utf8(text), StandardCharsets.UTF_8);
    if (sound.equals(text)) {
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
      assertThat(Arrays.stream(ids).map(tokenizer::utf8Length).sum())
          .isEqualTo(CorpusForTests.utf8(text).length);
    }
    assertThat(Arrays.stream(ids).noneMatch(tokenizer.vocabulary()::isSpecial)).isTrue();
  }

  @Test
  void encodesSpecialStringsAsText() {
    for (String text :
        new String[] {
          "</s>", "a <mask> b", "<extra_id_0><extra_id_1>", "<<s>s>", "<pad", "<s></s><unk>"
        }) {
      int[] ids = tokenizer.encode(text);
      assertThat(Arrays.stream(ids).noneMatch(tokenizer.vocabulary()::isSpecial)).isTrue();
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
    }
  }

  @Test
  void encodesMarkedSpecialStringsAsControlIds() {
    int[] ids = tokenizer.encodeMarked("the <mask> house");
    assertThat(ids).contains(tokenizer.vocabulary().mask());
    assertThat(tokenizer.token(ids[ids.length - 1])).isEqualTo("Ġhouse");
    assertThat(tokenizer.show(ids)).isEqualTo("the<mask> house");
    assertThat(tokenizer.decode(ids)).isEqualTo("the house");
  }

  @Test
  void replacesLoneSurrogates() {
    assertThat(tokenizer.decode(tokenizer.encode("a\uD83Db"))).isEqualTo("a\uFFFDb");
  }

  @Test
  void ignoresTruncationAndPaddingSettings() {
    String json = new String(CorpusForTests.tokenizer().json(), StandardCharsets.UTF_8);
    String cutting =
        json.replaceFirst(
                "\"truncation\" : null",
                """
                "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst",
                    "stride": 0}\
                """)
            .replaceFirst(
                "\"padding\" : null",
                """
                "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_id": 1,
                    "pad_to_multiple_of": null, "pad_type_id": 0, "pad_token": "<pad>"}\
                """);
    assertThat(cutting).contains("max_length").contains("pad_type_id");
    Tokenizer unbounded = new TokenizerFile(CorpusForTests.utf8(cutting)).tokenizer();
    for (String text : new String[] {"the", "the house there then the house"}) {
      assertThat(unbounded.encode(text)).isEqualTo(tokenizer.encode(text));
    }
  }

  @Test
  void loadsAFileOnce() {
    assertThat(CorpusForTests.tokenizer().tokenizer()).isSameAs(tokenizer);
  }

  @Test
  void sentencesBeginWithATokenAndCoverTheText() {
    String text = "Is the house there? Then the house is. It is \"the\" house!  The end";
    TokenBlock block = new TextEncoder(tokenizer).block(3, text);
    assertThat(tokenizer.decode(block.tokens())).isEqualTo(text);
    assertThat(block.tokens()).isEqualTo(tokenizer.encode(text));
    assertThat(Arrays.stream(block.sentenceStarts()).mapToObj(s -> rest(block, s)))
        .containsExactly(
            text,
            " Then the house is. It is \"the\" house!  The end",
            " It is \"the\" house!  The end",
            "  The end");
  }

  private String rest(TokenBlock block, int from) {
    return tokenizer.decode(Arrays.copyOfRange(block.tokens(), from, block.length()));
  }

  @Test
  void encodesALongTextWithoutSpaces() {
    String text = "ü".repeat(40_000) + " end";
    TokenBlock block = new TextEncoder(tokenizer).block(0, text);
    assertThat(tokenizer.decode(block.tokens())).isEqualTo(text);
  }

  @Test
  void refusesInvalidTokenizerFiles() {
    assertThatThrownBy(() -> new TokenizerFile(CorpusForTests.utf8("no json")).tokenizer())
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The tokenizer is not JSON: set tokenizer.path to a Hugging Face tokenizer.json.");
    assertThatThrownBy(() -> new TokenizerFile(CorpusForTests.utf8("{}")).tokenizer())
        .hasMessage(
            "The tokenizer has no vocabulary: set tokenizer.path to a Hugging Face"
                + " tokenizer.json.");
    byte[] bare = CorpusForTests.utf8("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}}}");
    assertThatThrownBy(() -> new TokenizerFile(bare).tokenizer())
        .hasMessage("The tokenizer has no </s> or [SEP] or __end__: add it to its special tokens.");
    assertThatThrownBy(() -> Tokenizer.load(new Path("/nowhere.json"), new Configuration()))
        .hasMessage(
            "The tokenizer /nowhere.json cannot be read: set tokenizer.path to a tokenizer.json, or"
                + " to a folder with one.");
  }
}
