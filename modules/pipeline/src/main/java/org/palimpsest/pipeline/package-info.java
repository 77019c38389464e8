/**
 * Spark ML: the estimators {@link org.palimpsest.pipeline.DenoisingPretrainer} and {@link
 * org.palimpsest.pipeline.Seq2SeqFineTuner}, and their model. DataFrames in, a run of training in
 * between, a model that adds columns to DataFrames out.
 */
package org.palimpsest.pipeline;
