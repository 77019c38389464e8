/** Slices on the device: packed rows of tokens, and their padded form for attention. */
package org.palimpsest.torch.sequence;
