/** Training steps of our engine beside a model that LibTorch's own modules make. */
package org.palimpsest.bench.engine;
