/**
 * Tokenizers of published model folders in the files that came before {@code tokenizer.json}:
 * SentencePiece models, and vocabularies with merges. They become a {@code tokenizer.json}.
 */
package org.palimpsest.storage.tokenizer;
