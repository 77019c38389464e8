/**
 * The encoder-decoder on LibTorch: an explicit forward and backward over preallocated buffers, flat
 * parameters, gradients and optimizer state.
 */
package org.palimpsest.torch;
