package org.palimpsest.evaluation.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.evaluation.bootstrap.BlockLosses.Sum;
import org.palimpsest.objective.TokenBlock;

class BlockLossesTest {
  /** Where documents begin in eight blocks of 10 tokens. */
  private static final int[][] STARTS = {{0}, {}, {}, {4}, {}, {8}, {}, {0, 2, 9}};

  private static TokenBlock block(int id) {
    return new TokenBlock(id, new int[10], new int[] {0}, STARTS[id]);
  }

  private static List<Integer> documents(int from, int to) {
    DocumentCursor cursor = new DocumentCursor();
    List<Integer> documents = new ArrayList<>();
    for (int id = from; id < to; id++) {
      cursor.enter(block(id));
      documents.add(cursor.document());
    }
    return documents;
  }

  /** The fourth block has six tokens of the next document, the sixth two. */
  @Test
  void aBlockBelongsToTheDocumentWithMostOfItsTokens() {
    assertThat(documents(0, 8)).containsExactly(0, 0, 0, 1, 1, 1, 2, 4);
  }

  @Test
  void aDocumentThatBeganEarlierComesBeforeTheFirst() {
    assertThat(documents(1, 5)).containsExactly(-1, -1, 0, 0);
  }

  private static BlockLosses losses(int from, int to, int stride) {
    BlockLosses losses = new BlockLosses();
    DocumentCursor cursor = new DocumentCursor();
    for (int id = from; id < to; id++) {
      cursor.enter(block(id));
      if (id % stride == 0) {
        losses.add(cursor.document(), id + 1, 10, id, 40);
      }
    }
    losses.end(cursor.begun());
    return losses;
  }

  @Test
  void lossesAreSummedByDocument() {
    BlockLosses losses = losses(0, 8, 1);
    assertThat(losses.documents()).isEqualTo(4);
    assertThat(losses.perDocument(Sum.LOSS)).containsExactly(1 + 2 + 3, 4 + 5 + 6, 7, 8);
    assertThat(losses.perDocument(Sum.TOKENS)).containsExactly(30, 30, 10, 10);
    assertThat(losses.perDocument(Sum.TEXT_LOSS)).containsExactly(0 + 1 + 2, 3 + 4 + 5, 6, 7);
    assertThat(losses.perDocument(Sum.BYTES)).containsExactly(120, 120, 40, 40);
  }

  /** Wherever the blocks are cut between two workers, documents are the same. */
  @Test
  void workersDoNotMatter() {
    for (int stride = 1; stride <= 3; stride++) {
      double[] whole = losses(0, 8, stride).perDocument(Sum.LOSS);
      for (int cut = 0; cut <= 8; cut++) {
        BlockLosses parts = losses(0, cut, stride);
        parts.append(losses(cut, 8, stride));
        assertThat(parts.perDocument(Sum.LOSS)).as("cut at %d", cut).isEqualTo(whole);
      }
    }
  }

  @Test
  void aDifferenceIsThatOfTheRatios() {
    BlockLosses one = losses(0, 8, 1);
    BlockLosses other = new BlockLosses();
    for (int id = 0; id < 8; id++) {
      other.add(documents(0, 8).get(id), 1, 10, 1, 40);
    }
    Estimate difference = one.difference(other, Sum.LOSS, Sum.TOKENS, new Bootstrap(1));
    assertThat(difference.value()).isCloseTo(36 / 80.0 - 8 / 80.0, within(1e-12));
  }

  @Test
  void withoutPositionsThereIsNoRatio() {
    BlockLosses none = new BlockLosses();
    assertThat(none.ratio(Sum.LOSS, Sum.TOKENS, new Bootstrap(1)).interval()).isEmpty();
  }
}
