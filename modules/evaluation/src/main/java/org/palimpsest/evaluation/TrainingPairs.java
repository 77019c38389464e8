package org.palimpsest.evaluation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;
import scala.Tuple2;

/**
 * In a task: counts pairs of neighbors in blocks. After {@value #LIMIT} different pairs it returns
 * their counts and starts again from zero; Spark adds up the counts.
 */
final class TrainingPairs implements Iterator<Tuple2<Long, Long>> {
  private static final int LIMIT = 1 << 20;

  private final Iterator<TokenBlock> blocks;
  private final int beginning;
  private Iterator<Tuple2<Long, Long>> ready = List.<Tuple2<Long, Long>>of().iterator();

  TrainingPairs(Iterator<TokenBlock> blocks, Vocabulary vocabulary) {
    this.blocks = blocks;
    this.beginning = beginning(vocabulary);
  }

  /** The token to the left of the first token of a text. */
  static int beginning(Vocabulary vocabulary) {
    return vocabulary.hasBos() ? vocabulary.bos() : vocabulary.decoderStart();
  }

  @Override
  public boolean hasNext() {
    while (!ready.hasNext() && blocks.hasNext()) {
      ready = count();
    }
    return ready.hasNext();
  }

  @Override
  public Tuple2<Long, Long> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more pairs");
    }
    return ready.next();
  }

  private Iterator<Tuple2<Long, Long>> count() {
    PairCounter counter = new PairCounter();
    while (blocks.hasNext() && counter.size() < LIMIT) {
      int left = beginning;
      for (int right : blocks.next().tokens()) {
        counter.add(PairCounter.key(left, right), 1);
        left = right;
      }
    }
    List<Tuple2<Long, Long>> pairs = new ArrayList<>(counter.size());
    counter.forEach((key, count) -> pairs.add(new Tuple2<>(key, count)));
    return pairs.iterator();
  }
}
