/** Benchmarks, run with JMH: {@code java -jar modules/bench/target/benchmarks.jar -prof gc}. */
package org.palimpsest.bench;
