/**
 * Training data of a fit: an RDD in, numbered batches in files out, read in any order by any
 * worker.
 */
package org.palimpsest.dl4j.spark.data;
