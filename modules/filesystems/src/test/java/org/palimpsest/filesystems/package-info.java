/** A corpus on file systems that are not the local disk. */
package org.palimpsest.filesystems;
