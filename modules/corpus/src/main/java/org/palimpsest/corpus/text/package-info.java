/**
 * Where text comes from: sources of documents, and of records that are no document. Every document
 * has a name that does not depend on how the input was split, and an id made of it.
 */
package org.palimpsest.corpus.text;
