/**
 * Files that PyTorch's {@code torch.save} writes: a zip archive of storages, and a pickle that says
 * which tensors lie in them. A pickle is a program; here only the part of its language that builds
 * tensors, numbers, texts, and collections of them is understood, and nothing in it is ever
 * executed.
 */
package org.palimpsest.storage.pickle;
