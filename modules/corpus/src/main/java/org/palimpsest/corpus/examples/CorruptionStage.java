package org.palimpsest.corpus.examples;

import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.spark.MappedIterator;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/**
 * Damages blocks, as a stage of Spark: for {@code JavaRDD.mapPartitions}, for {@code
 * Dataset.mapPartitions}, and inside a task. Each example is a buffer of its own, so that Spark may
 * keep it.
 *
 * @param blockTokens the longest block, in tokens
 * @param seed the run's seed
 * @param epoch another epoch damages the same block differently
 */
public record CorruptionStage(
    Objective objective, Vocabulary vocabulary, int blockTokens, long seed, long epoch)
    implements FlatMapFunction<Iterator<TokenBlock>, DenoisingExample>,
        MapPartitionsFunction<TokenBlock, DenoisingExample> {

  /**
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION, before any job starts,
   *     if the objective cannot work with the vocabulary and the block length
   */
  public CorruptionStage {
    objective.corruptor(vocabulary, blockTokens);
  }

  /** A stage for the blocks of a corpus. */
  public static CorruptionStage of(Objective objective, Corpus corpus, long seed, long epoch) {
    return new CorruptionStage(objective, corpus.vocabulary(), corpus.blockSize(), seed, epoch);
  }

  @Override
  public Iterator<DenoisingExample> call(Iterator<TokenBlock> blocks) {
    Corruptor corruptor = objective.corruptor(vocabulary, blockTokens);
    return new MappedIterator<>(blocks, block -> corruptor.damage(block, seed, epoch));
  }
}
