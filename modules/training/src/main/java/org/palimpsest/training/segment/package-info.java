/**
 * The order that the driver hands to every worker of a segment: steps, rounds, settings, time
 * limit.
 */
package org.palimpsest.training.segment;
