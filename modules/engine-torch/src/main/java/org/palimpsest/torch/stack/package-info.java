/** The encoder, the decoder, and the head with the loss, composed of the sub-layers. */
package org.palimpsest.torch.stack;
