/**
 * Memory of one graph: buffers that grow to the largest shape and stay, and views of the flat
 * vectors by name.
 */
package org.palimpsest.dl4j.memory;
