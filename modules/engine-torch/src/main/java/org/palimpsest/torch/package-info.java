/**
 * The encoder-decoder on LibTorch: flat parameters, gradients, and optimizer state in native
 * memory, and an explicit forward and backward pass over preallocated buffers.
 */
package org.palimpsest.torch;
