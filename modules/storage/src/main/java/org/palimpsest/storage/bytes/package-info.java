/**
 * Large files that are read at any place: a file of this machine is mapped, another one streamed.
 */
package org.palimpsest.storage.bytes;
