/** A lane: blocks in a Parquet file, read a row group at a time. */
package org.palimpsest.corpus.lane;
