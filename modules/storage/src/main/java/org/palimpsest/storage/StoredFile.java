package org.palimpsest.storage;

import java.io.Serializable;

/**
 * A file as a manifest names it.
 *
 * @param name path relative to the folder, with {@code /}
 * @param size bytes
 * @param sha256 checksum of the content, lower-case hexadecimal
 */
public record StoredFile(String name, long size, String sha256) implements Serializable {}
