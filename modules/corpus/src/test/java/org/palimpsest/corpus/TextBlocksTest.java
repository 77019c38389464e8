package org.palimpsest.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.objective.TokenBlock;

class TextBlocksTest {
  private static final Tokenizer TOKENIZER = CorpusForTests.tokenizer().tokenizer();

  @Test
  void documentsFollowEachOtherInFullBlocks() {
    List<TokenBlock> blocks = blocks("the house. Then the house.", "there");

    int[] text = TOKENIZER.encode("the house. Then the house.there");
    assertThat(blocks.stream().mapToInt(TokenBlock::length).sum()).isEqualTo(text.length + 1);
    assertThat(blocks).extracting(TokenBlock::id).containsExactlyElementsOf(ids(blocks.size()));
    assertThat(blocks.subList(0, blocks.size() - 1)).allMatch(block -> block.length() == 8);
    assertThat(blocks.get(0).documentStarts()).containsExactly(0);
    assertThat(blocks.get(blocks.size() - 1).documentStarts()).hasSize(1);
  }

  @Test
  void rejectedRecordsAndEmptyDocumentsLeaveNothing() {
    TextBlocks none =
        new TextBlocks(
            List.<Reading>of(new Rejection("a", "0", "bad", ""), new Document("a", "1", ""))
                .iterator(),
            TOKENIZER,
            CorpusSettings.Policy.APART,
            8);

    assertThat(none.hasNext()).isFalse();
    assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
  }

  private static List<Long> ids(int count) {
    return IntStream.range(0, count).mapToObj(id -> (long) id).toList();
  }

  private static List<TokenBlock> blocks(String... texts) {
    List<Reading> documents =
        IntStream.range(0, texts.length)
            .<Reading>mapToObj(i -> new Document("text", Integer.toString(i), texts[i]))
            .toList();
    TextBlocks blocks =
        new TextBlocks(documents.iterator(), TOKENIZER, CorpusSettings.Policy.CONCATENATE, 8);
    List<TokenBlock> all = new ArrayList<>();
    blocks.forEachRemaining(all::add);
    return all;
  }
}
