/**
 * Where text comes from: files, tables, WordNet, mixtures of them. An input of the recipe goes in,
 * a distributed collection of {@link org.palimpsest.corpus.text.Reading}s comes out.
 */
package org.palimpsest.corpus.source;
