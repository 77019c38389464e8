/** From a name or a recipe's object to an objective: {@link Objectives} is the entry point. */
package org.palimpsest.objective.preset;
