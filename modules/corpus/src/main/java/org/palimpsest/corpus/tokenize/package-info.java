/**
 * Tokenizers: text in, token ids with sentence boundaries out. Read from a {@code tokenizer.json}
 * or trained on the corpus.
 */
package org.palimpsest.corpus.tokenize;
