package org.palimpsest.corpus.overlap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

class NgramReaderTest {
  private static final Vocabulary VOCABULARY = Vocabulary.standard(1000, 0);

  /** Takes hashes; 0 ends a document. */
  private static final class Hashes implements NgramReader.Sink {
    final List<Long> found = new ArrayList<>();

    @Override
    public void ngram(long hash) {
      found.add(hash);
    }

    @Override
    public void documentEnded() {
      found.add(0L);
    }
  }

  private static TokenBlock block(int[] documentStarts, int... tokens) {
    return new TokenBlock(0, tokens, new int[] {0}, documentStarts);
  }

  private static List<Long> hashes(int ngram, TokenBlock... blocks) {
    Hashes hashes = new Hashes();
    NgramReader reader = new NgramReader(VOCABULARY, ngram, hashes);
    for (TokenBlock block : blocks) {
      reader.read(block);
    }
    reader.endDocument();
    return hashes.found;
  }

  @Test
  void anNgramHasTheSameHashEverywhere() {
    List<Long> found = hashes(3, block(new int[] {0}, 50, 51, 52, 60, 50, 51, 52));
    assertThat(found).hasSize(6).endsWith(0L);
    assertThat(found.get(4)).isEqualTo(found.get(0));
    assertThat(found.subList(0, 4)).doesNotHaveDuplicates();
  }

  @Test
  void ordersOfTokensDiffer() {
    assertThat(hashes(2, block(new int[] {0}, 50, 51)))
        .isNotEqualTo(hashes(2, block(new int[] {0}, 51, 50)));
  }

  /** The separator 2 is no part of a document. */
  @Test
  void noNgramReachesOverTheEndOfADocument() {
    List<Long> two = hashes(2, block(new int[] {0, 3}, 50, 51, 2, 60, 61));
    assertThat(two).hasSize(4);
    assertThat(two.get(0)).isEqualTo(hashes(2, block(new int[] {0}, 50, 51)).get(0));
    assertThat(two.get(2)).isEqualTo(hashes(2, block(new int[] {0}, 60, 61)).get(0));
  }

  @Test
  void aDocumentGoesOnInTheNextBlock() {
    assertThat(hashes(3, block(new int[] {0}, 50, 51), block(new int[0], 52, 53)))
        .isEqualTo(hashes(3, block(new int[] {0}, 50, 51, 52, 53)));
  }

  @Test
  void aShortDocumentIsOneNgram() {
    assertThat(hashes(3, block(new int[] {0, 2, 4}, 50, 51, 50, 51, 50)))
        .hasSize(6)
        .satisfies(found -> assertThat(found.get(2)).isEqualTo(found.get(0)))
        .satisfies(found -> assertThat(found.get(4)).isNotEqualTo(found.get(0)));
  }
}
