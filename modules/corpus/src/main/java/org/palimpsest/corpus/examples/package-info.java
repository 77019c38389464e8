/**
 * Corruption as a Spark stage: blocks in, corrupted examples out, as objects or as Parquet files.
 */
package org.palimpsest.corpus.examples;
