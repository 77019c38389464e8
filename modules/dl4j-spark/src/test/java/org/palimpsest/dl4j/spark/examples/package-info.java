/**
 * Two programs of Deeplearning4j users after migration: only the builder changed, from {@code
 * ParameterAveragingTrainingMaster.Builder} to {@code OuterLoopTrainingMaster.Builder}.
 */
package org.palimpsest.dl4j.spark.examples;
