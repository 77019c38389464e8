/**
 * Cleaning between source and tokenizer: normalization, quality limits, duplicates, weights. Every
 * step is optional and counted, and its result does not depend on how Spark splits the input.
 */
package org.palimpsest.corpus.clean;
