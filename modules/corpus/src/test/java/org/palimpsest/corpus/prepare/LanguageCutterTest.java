package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.config.CorpusSettings.Blocks;
import org.palimpsest.corpus.config.CorpusSettings.Policy;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

class LanguageCutterTest {
  private static final int SEPARATOR = 2;
  private static final int ENGLISH = 5;
  private static final int GERMAN = 6;

  private static List<TokenBlock> cut(
      Policy policy, int size, List<EncodedDocument> documents, int... languages)
      throws IOException {
    List<TokenBlock> blocks = new ArrayList<>();
    LanguageCutter cutter =
        new LanguageCutter(
            new Blocks(policy, size, 1, 1),
            CorpusForTests.tokenizer().tokenizer(),
            block -> blocks.add(block.block(blocks.size())));
    for (int i = 0; i < documents.size(); i++) {
      cutter.add(documents.get(i), languages[i]);
    }
    cutter.finish();
    return blocks;
  }

  @Test
  void eachBlockHasOneLanguageAndEndsWithIt() throws IOException {
    List<EncodedDocument> documents =
        List.of(
            new EncodedDocument(new int[] {11, 12, 13, 14, 15}, new int[] {0, 3}),
            new EncodedDocument(new int[] {21, 22}, new int[] {0}),
            new EncodedDocument(new int[] {16, 17, 18}, new int[] {0}));

    assertThat(cut(Policy.CONCATENATE, 8, documents, ENGLISH, GERMAN, ENGLISH))
        .containsExactly(
            new TokenBlock(
                0,
                new int[] {11, 12, 13, 14, 15, SEPARATOR, 16, ENGLISH},
                new int[] {0, 3, 6},
                new int[] {0, 6}),
            new TokenBlock(1, new int[] {17, 18, ENGLISH}, new int[] {0}, new int[] {}),
            new TokenBlock(2, new int[] {21, 22, GERMAN}, new int[] {0}, new int[] {0}));
  }

  @Test
  void textsWithoutALanguageHaveWholeBlocks() throws IOException {
    EncodedDocument document =
        new EncodedDocument(new int[] {11, 12, 13, 14, 15, 16, 17, 18}, new int[] {0});

    assertThat(cut(Policy.CONCATENATE, 8, List.of(document), Vocabulary.NONE))
        .containsExactly(new TokenBlock(0, document.tokens(), new int[] {0}, new int[] {0}));
  }

  /** No token is lost, gets into another language, or leaves its order. */
  @Property(tries = 50)
  void languagesKeepTheirTexts(@ForAll @IntRange(min = 8, max = 40) int size, @ForAll long seed)
      throws IOException {
    List<EncodedDocument> documents = CorpusForTests.documents(40, 30, seed);
    int[] languages = new Random(seed).ints(documents.size(), ENGLISH, GERMAN + 1).toArray();
    List<TokenBlock> blocks = cut(Policy.CONCATENATE, size, documents, languages);

    for (int language : new int[] {ENGLISH, GERMAN}) {
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < documents.size(); i++) {
        if (languages[i] == language) {
          Arrays.stream(documents.get(i).tokens()).forEach(expected::add);
        }
      }
      List<Integer> found = new ArrayList<>();
      for (TokenBlock block : blocks) {
        assertThat(block.length()).isLessThanOrEqualTo(size);
        if (block.tokens()[block.length() - 1] == language) {
          Arrays.stream(block.first(block.length() - 1).tokens())
              .filter(token -> token != SEPARATOR)
              .forEach(found::add);
        }
      }
      assertThat(found).isEqualTo(expected);
    }
  }
}
