/** Benchmarks of the engines, compared with each other and with LibTorch's own modules. */
package org.palimpsest.bench.engine;
