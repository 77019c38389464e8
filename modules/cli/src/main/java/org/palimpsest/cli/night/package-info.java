/**
 * What a night decides: which inputs are new, whether the model is exported, and what the next
 * night has to know. In: the recipe, the corpus, scores. Out: lists, decisions and {@code
 * nightly.json}.
 */
package org.palimpsest.cli.night;
