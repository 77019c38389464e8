/**
 * From text to blocks: {@link org.palimpsest.corpus.Preparation} reads documents, trains or loads a
 * {@link org.palimpsest.corpus.Tokenizer}, shuffles the documents by a keyed hash into lanes and
 * cuts the lanes into blocks; {@link org.palimpsest.corpus.Corpus} reads them back in an order that
 * is a pure function of seed and epoch; {@link org.palimpsest.corpus.CorruptionStage} damages them.
 *
 * <p>Nothing here depends on how Spark split the input.
 */
package org.palimpsest.corpus;
