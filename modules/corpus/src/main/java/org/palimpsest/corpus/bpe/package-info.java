/**
 * Training of a byte-level byte-pair encoding as in GPT-2: the words, the merges, and the {@code
 * tokenizer.json} that Hugging Face tokenizers read.
 */
package org.palimpsest.corpus.bpe;
