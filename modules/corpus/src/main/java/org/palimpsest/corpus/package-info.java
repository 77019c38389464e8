/**
 * From text to blocks: {@link org.palimpsest.corpus.prepare.Preparation} reads documents, trains or
 * loads a {@link org.palimpsest.corpus.tokenize.Tokenizer}, shuffles the documents by a keyed hash
 * into lanes and cuts the lanes into blocks; {@link org.palimpsest.corpus.read.Corpus} reads them
 * in an order that is a pure function of seed and epoch; {@link
 * org.palimpsest.corpus.examples.CorruptionStage} corrupts them.
 *
 * <p>Nothing here depends on how Spark splits the input.
 */
package org.palimpsest.corpus;
