/**
 * How files become readings: compression, encodings, line ends, and the formats plain text, JSON
 * lines, CSV and Parquet. A split of a file goes in, documents and rejected records come out, in
 * order.
 */
package org.palimpsest.corpus.format;
