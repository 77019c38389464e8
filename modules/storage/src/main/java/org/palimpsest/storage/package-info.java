/**
 * Folders on any Hadoop file system that are either whole or not there: files are written under
 * their final names with size and checksum, and a manifest that names them all is created last.
 * Nothing is ever renamed, for on an object store a rename is a copy; but where a manifest is
 * replaced and the file system renames at once, the new one is.
 */
package org.palimpsest.storage;
