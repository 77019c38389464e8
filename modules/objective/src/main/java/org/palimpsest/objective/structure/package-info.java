/**
 * Structural steps: a block in, a reordered, shortened or lengthened block out, before any noise
 * mask is drawn.
 */
package org.palimpsest.objective.structure;
