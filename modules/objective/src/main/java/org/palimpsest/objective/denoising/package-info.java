/**
 * Objectives that are composed of structural steps, a noise mask, a source function, a target
 * function and a loss scope, and weighted mixtures of them.
 */
package org.palimpsest.objective.denoising;
