/** The sections {@code corpus} and {@code tokenizer} of a recipe, read and checked. */
package org.palimpsest.corpus.config;
