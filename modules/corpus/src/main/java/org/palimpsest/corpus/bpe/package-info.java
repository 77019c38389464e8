/**
 * Training of a byte-level byte-pair encoding as in GPT-2: word counts in, merges and a Hugging
 * Face {@code tokenizer.json} out.
 */
package org.palimpsest.corpus.bpe;
