/**
 * What Spark tasks of this module share: Hadoop settings that travel, and failures as sentences.
 */
package org.palimpsest.corpus.spark;
