/**
 * Reads files: compression, encodings, line ends, and the formats plain text, JSON lines, CSV and
 * Parquet. A split of a file in, documents and rejected records out, in order.
 */
package org.palimpsest.corpus.format;
