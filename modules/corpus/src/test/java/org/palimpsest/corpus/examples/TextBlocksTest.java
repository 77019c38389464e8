package org.palimpsest.corpus.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.objective.TokenBlock;

class TextBlocksTest {
  private static final Tokenizer TOKENIZER = CorpusForTests.tokenizer().tokenizer();

  @Test
  void concatenatesDocumentsIntoFullBlocks() {
    List<TokenBlock> blocks = blocks("the house. Then the house.", "there");

    int[] text = TOKENIZER.encode("the house. Then the house.there");
    assertThat(blocks.stream().mapToInt(TokenBlock::length).sum()).isEqualTo(text.length + 1);
    assertThat(blocks).extracting(TokenBlock::id).containsExactlyElementsOf(ids(blocks.size()));
    assertThat(blocks.subList(0, blocks.size() - 1)).allMatch(block -> block.length() == 8);
    assertThat(blocks.get(0).documentStarts()).containsExactly(0);
    assertThat(blocks.get(blocks.size() - 1).documentStarts()).hasSize(1);
  }

  @Test
  void skipsRejectedRecordsAndEmptyDocuments() {
    TextBlocks none =
        new TextBlocks(
            List.<Reading>of(new Rejection("a", "0", "bad", ""), new Document("a", "1", ""))
                .iterator(),
            TOKENIZER,
            settings("apart"));

    assertThat(none.hasNext()).isFalse();
    assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void cleansText() {
    List<TokenBlock> blocks = blocks("th\u0000e", "too long a text for these settings", "e\u0301");

    assertThat(blocks).hasSize(1);
    assertThat(TOKENIZER.show(blocks.get(0).tokens())).isEqualTo("th e</s>é");
  }

  private static CorpusSettings settings(String policy) {
    return CorpusSettings.from(
        ConfigFactory.parseMap(
            Map.of(
                "corpus.path",
                "nowhere",
                "corpus.input",
                "nothing",
                "corpus.policy",
                policy,
                "corpus.block-size",
                8,
                "corpus.clean.max-characters",
                30)));
  }

  private static List<Long> ids(int count) {
    return IntStream.range(0, count).mapToObj(id -> (long) id).toList();
  }

  private static List<TokenBlock> blocks(String... texts) {
    List<Reading> documents =
        IntStream.range(0, texts.length)
            .<Reading>mapToObj(i -> new Document("text", Integer.toString(i), texts[i]))
            .toList();
    TextBlocks blocks = new TextBlocks(documents.iterator(), TOKENIZER, settings("concatenate"));
    List<TokenBlock> all = new ArrayList<>();
    blocks.forEachRemaining(all::add);
    return all;
  }
}
