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
 * Corrupts blocks in a Spark stage: for {@code JavaRDD.mapPartitions}, for {@code
 * Dataset.mapPartitions}, and within a task. Each example has its own buffer, so Spark may keep it.
 *
 * <p>For example, with the objective {@code t5}, the block {@code [the, old, house, stands]} may
 * become the source {@code [the, <extra_id_0>, stands]} and the target {@code [<extra_id_0>, old,
 * house]}.
 *
 * @param blockTokens length of the longest block in tokens
 * @param seed the run's seed
 * @param epoch the epoch; each epoch corrupts a block differently
 */
public record CorruptionStage(
    Objective objective, Vocabulary vocabulary, int blockTokens, long seed, long epoch)
    implements FlatMapFunction<Iterator<TokenBlock>, DenoisingExample>,
        MapPartitionsFunction<TokenBlock, DenoisingExample> {

  /**
   * Checks the objective before any job starts.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION if the objective does not
   *     fit the vocabulary and the block length
   */
  public CorruptionStage {
    objective.corruptor(vocabulary, blockTokens);
  }

  /** Returns a stage for the blocks of a corpus. */
  public static CorruptionStage of(Objective objective, Corpus corpus, long seed, long epoch) {
    return new CorruptionStage(
        TokenizedObjective.of(objective, corpus.tokenizerFile()),
        corpus.vocabulary(),
        corpus.blockSize(),
        seed,
        epoch);
  }

  @Override
  public Iterator<DenoisingExample> call(Iterator<TokenBlock> blocks) {
    Corruptor corruptor = objective.corruptor(vocabulary, blockTokens);
    return new MappedIterator<>(blocks, block -> corruptor.corrupt(block, seed, epoch));
  }
}
