package org.palimpsest.corpus.tokenize;

/**
 * The tokens of a document.
 *
 * @param tokens its ids, without separators
 * @param sentenceStarts offsets at which sentences begin; the first is 0
 */
public record EncodedDocument(int[] tokens, int[] sentenceStarts) {}
