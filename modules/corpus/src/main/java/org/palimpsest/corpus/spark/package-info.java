/**
 * Shared by the Spark tasks of this module: serializable Hadoop settings, and messages of failed
 * jobs.
 */
package org.palimpsest.corpus.spark;
