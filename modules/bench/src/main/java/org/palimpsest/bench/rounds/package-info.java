/** Benchmarks of rounds: their cost, and their effect on the model. */
package org.palimpsest.bench.rounds;
