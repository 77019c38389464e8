/**
 * Folders on any Hadoop file system that are either whole or not there: files are written under
 * their final names with size and checksum, and a manifest that names them all is created last.
 * Nothing is ever renamed; on an object store a rename is a copy.
 */
package org.palimpsest.model.storage;
