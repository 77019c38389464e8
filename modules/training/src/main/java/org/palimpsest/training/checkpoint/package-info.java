/**
 * Checkpoints on any Hadoop file system. Each is a folder that is valid once it has a manifest,
 * which is written last. {@code docs/reference/checkpoint.md} describes the format.
 */
package org.palimpsest.training.checkpoint;
