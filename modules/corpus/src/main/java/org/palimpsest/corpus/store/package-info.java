/**
 * Sharded data sets: keyed records in, lanes with attempt-unique names out, and a manifest that is
 * published last. The corpus ({@code corpus.prepare}) and encoded pairs for fine-tuning are written
 * and opened through {@link ShardedStore}.
 */
package org.palimpsest.corpus.store;
