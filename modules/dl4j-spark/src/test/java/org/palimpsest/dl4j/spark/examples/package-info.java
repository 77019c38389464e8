/**
 * Two programs as users of Deeplearning4j write them, migrated: where a {@code
 * ParameterAveragingTrainingMaster.Builder} stood, an {@code OuterLoopTrainingMaster.Builder}
 * stands, and nothing else has changed.
 */
package org.palimpsest.dl4j.spark.examples;
