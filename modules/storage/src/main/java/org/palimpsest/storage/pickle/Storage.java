package org.palimpsest.storage.pickle;

/**
 * A run of numbers, which several tensors may share.
 *
 * @param key the name of its entry in the archive
 * @param size number of elements
 */
public record Storage(ElementType type, String key, long size) {}
