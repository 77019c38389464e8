/** Fuzzing: valid files are damaged at random and read; a reader succeeds or refuses them. */
package org.palimpsest.model.fuzz;
