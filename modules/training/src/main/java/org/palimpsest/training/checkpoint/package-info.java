/**
 * Checkpoints: a directory for each, on any Hadoop file system, valid only by its manifest, which
 * is written last. {@code docs/reference/checkpoint.md} describes the format.
 */
package org.palimpsest.training.checkpoint;
