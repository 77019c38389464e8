/**
 * The description of a segment that the driver sends to every worker (steps, rounds, settings, time
 * limit), and the result that comes back.
 */
package org.palimpsest.training.segment;
