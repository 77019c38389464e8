/**
 * What happens to documents between their source and the tokenizer: texts are tidied, bad ones left
 * out, duplicates found, weights obeyed. Every step is optional, counted, and does the same however
 * Spark split the input.
 */
package org.palimpsest.corpus.clean;
