/** Corruption as a Spark stage of its own: blocks in, damaged examples out, as rows or files. */
package org.palimpsest.corpus.examples;
