/**
 * Arithmetic over matrices in native memory: a plain implementation in double precision and a fast
 * one in single precision, tested against each other.
 */
package org.palimpsest.dl4j.kernel;
