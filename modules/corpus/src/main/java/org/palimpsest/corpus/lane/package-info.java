/** Lane files: blocks in Parquet, written in order and read one row group at a time. */
package org.palimpsest.corpus.lane;
