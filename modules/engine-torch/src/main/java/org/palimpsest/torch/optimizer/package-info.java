/**
 * Inner optimizers over the flat parameters, gradients, and state of a replica, with LibTorch's
 * kernels.
 */
package org.palimpsest.torch.optimizer;
