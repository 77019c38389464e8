/**
 * Tokenizers: text in, token ids with sentence boundaries out. Imported from a {@code
 * tokenizer.json} or trained on the corpus.
 */
package org.palimpsest.corpus.tokenize;
