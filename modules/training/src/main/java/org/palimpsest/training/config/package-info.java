/** Reads and checks a recipe: HOCON in, immutable settings out. */
package org.palimpsest.training.config;
