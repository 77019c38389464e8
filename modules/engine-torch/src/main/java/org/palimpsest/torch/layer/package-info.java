/**
 * Sub-layers and their parts: packed rows in, packed rows out, each with an explicit backward pass
 * that replaces or adds gradients in place.
 */
package org.palimpsest.torch.layer;
