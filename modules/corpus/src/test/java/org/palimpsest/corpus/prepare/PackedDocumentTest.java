package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.objective.Vocabulary;

class PackedDocumentTest {
  @Property(tries = 500)
  void packingIsReversible(
      @ForAll int @Size(max = 40) [] ids, @ForAll @IntRange(max = 50) int sentences) {
    int[] tokens = Arrays.stream(ids).map(id -> id & Integer.MAX_VALUE).toArray();
    int[] starts = new int[sentences];
    for (int i = 1; i < sentences; i++) {
      starts[i] = starts[i - 1] + 1 + i * i * i * i;
    }
    EncodedDocument document =
        PackedDocument.of(new EncodedDocument(tokens, starts), Vocabulary.NONE, ReadingId.NONE)
            .unpacked();
    assertThat(document.tokens()).isEqualTo(tokens);
    assertThat(document.sentenceStarts()).isEqualTo(starts);
  }

  @Test
  void idsTakeOneByteForSevenBits() {
    EncodedDocument document =
        new EncodedDocument(new int[] {0, 127, 128, 16_383, 16_384, Integer.MAX_VALUE}, new int[1]);
    // One byte each for the number of sentences, the first start, and the number of tokens.
    assertThat(PackedDocument.of(document, Vocabulary.NONE, ReadingId.NONE).bytes())
        .hasSize(3 + 1 + 1 + 2 + 2 + 3 + 5);
  }
}
