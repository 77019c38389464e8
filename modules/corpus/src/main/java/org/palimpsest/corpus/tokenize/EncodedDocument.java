package org.palimpsest.corpus.tokenize;

/**
 * A document as it goes into blocks.
 *
 * @param tokens its ids, without separator
 * @param sentenceStarts offsets at which sentences begin; the first is 0
 */
public record EncodedDocument(int[] tokens, int[] sentenceStarts) {}
