package org.palimpsest.evaluation.measure;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/**
 * A span of a sentence that a model has to fill in.
 *
 * @param text the document
 * @param sentence number of the sentence
 * @param from place of the span's first token in the document
 * @param length of the span in tokens
 */
record Gap(TokenBlock text, int sentence, int from, int length) implements Serializable {

  /** The end of a sentence. */
  static int end(TokenBlock text, int sentence) {
    int[] starts = text.sentenceStarts();
    return sentence + 1 < starts.length ? starts[sentence + 1] : text.length();
  }

  /** The same gap with its sentence as the whole text. */
  Gap alone() {
    int start = text.sentenceStarts()[sentence];
    TokenBlock part = text.document(start, end(text, sentence));
    return new Gap(part, 0, from - start, length);
  }

  /**
   * The same gap with the other sentences replaced, token by token from the beginning, by those of
   * another document, which is repeated if it is shorter.
   */
  Gap within(Gap other) {
    int start = text.sentenceStarts()[sentence];
    int end = end(text, sentence);
    int[] strange = other.text.tokens();
    int[] tokens =
        IntStream.range(0, text.length())
            .map(
                place ->
                    place >= start && place < end
                        ? text.tokens()[place]
                        : strange[place % strange.length])
            .toArray();
    return new Gap(
        new TokenBlock(text.id(), tokens, text.sentenceStarts(), text.documentStarts()),
        sentence,
        from,
        length);
  }

  /** An example: {@code <s> text with one mask </s>} → {@code <s> text </s>}, loss on the gap. */
  DenoisingExample example(Vocabulary vocabulary, int decoderStart) {
    int[] tokens = text.tokens();
    DenoisingExample example = new DenoisingExample(tokens.length + 2);
    example.begin(text.id(), tokens.length);
    example.appendSource(vocabulary.bos());
    for (int place = 0; place < tokens.length; place++) {
      if (place == from) {
        example.appendSource(vocabulary.mask());
      }
      if (place < from || place >= from + length) {
        example.appendSource(tokens[place]);
      }
    }
    example.appendSource(vocabulary.eos());
    int previous = append(example, decoderStart, vocabulary.bos(), false);
    for (int place = 0; place < tokens.length; place++) {
      previous = append(example, previous, tokens[place], place >= from && place < from + length);
    }
    int unused = append(example, previous, vocabulary.eos(), false);
    return example;
  }

  private static int append(DenoisingExample example, int input, int token, boolean lost) {
    byte role = lost ? DenoisingExample.CORRUPTED : DenoisingExample.KEPT;
    example.appendTarget(input, example.targetLength(), token, role, lost);
    return token;
  }

  @Override
  public String toString() {
    return "gap [" + from + ", " + (from + length) + ") of " + Arrays.toString(text.tokens());
  }
}
