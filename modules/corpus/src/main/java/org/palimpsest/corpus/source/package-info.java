/**
 * Sources of documents: files, tables, WordNet, and mixtures of them. Inputs of the configuration
 * in, a distributed collection of {@link org.palimpsest.corpus.text.Reading}s out.
 */
package org.palimpsest.corpus.source;
