/** The sections {@code corpus} and {@code tokenizer} of a recipe, parsed and validated. */
package org.palimpsest.corpus.config;
