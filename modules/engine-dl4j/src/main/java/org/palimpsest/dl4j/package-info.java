/**
 * The encoder-decoder as a Deeplearning4j ComputationGraph on ND4J: layers of our own with explicit
 * forward and backward passes over BLAS.
 */
package org.palimpsest.dl4j;
