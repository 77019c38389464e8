/** Predicts the efficiency of training on a cluster, without running it. */
package org.palimpsest.cli.simulation;
