/** What a cluster can be expected to make of a training, before it is bought. */
package org.palimpsest.cli.simulation;
