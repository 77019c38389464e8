/**
 * Native memory of one replica: scopes that free it, buffers that grow to the largest shape and
 * stay, and views of the flat vectors by name.
 */
package org.palimpsest.torch.memory;
