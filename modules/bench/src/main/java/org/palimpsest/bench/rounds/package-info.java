/** What rounds cost: replicas that exchange and compute nothing, or that compute for real. */
package org.palimpsest.bench.rounds;
