package org.palimpsest.evaluation;

import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.evaluation.EvaluationReport.Baselines;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.training.config.WorkerResources;

/**
 * Scores two simple models of the training text at the corrupted positions: token frequencies, each
 * raised by one, and a Kneser-Ney bigram model that gets the true left neighbor. Spark counts the
 * text; the driver holds arrays of the vocabulary's length and the counts of those pairs that occur
 * at corrupted positions of the evaluation.
 */
final class BaselineModels {
  private BaselineModels() {}

  /**
   * What the training text gives.
   *
   * @param scores of both models
   * @param occurrences number of occurrences of each token
   */
  record Result(Baselines scores, long[] occurrences) {}

  static Result score(JavaSparkContext spark, Corpus corpus, HeldOut heldOut) {
    PairCounter requested =
        heldOut
            .perWorker(spark, WorkerResources.USUAL, CorruptedPairs::count)
            .treeReduce(PairCounter::plus);
    Vocabulary vocabulary = heldOut.settings().vocabulary();
    JavaPairRDD<Long, Long> pairs =
        corpus
            .training()
            .rdd(spark)
            .mapPartitionsToPair(blocks -> new TrainingPairs(blocks, vocabulary))
            .reduceByKey(Long::sum)
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    try {
      return score(spark, pairs, requested, vocabulary.size());
    } finally {
      pairs.unpersist();
    }
  }

  private static Result score(
      JavaSparkContext spark,
      JavaPairRDD<Long, Long> pairs,
      PairCounter requested,
      int vocabulary) {
    Marginals marginals =
        pairs.treeAggregate(
            new Marginals(vocabulary), (sum, pair) -> sum.add(pair._1, pair._2), Marginals::plus);
    BigramModel model = new BigramModel(marginals);
    Broadcast<PairCounter> keys = spark.broadcast(requested);
    Broadcast<BigramModel> everywhere = spark.broadcast(model);
    try {
      PairCounter seen =
          pairs
              .filter(pair -> keys.value().contains(pair._1))
              .treeAggregate(
                  new PairCounter(), (sum, pair) -> sum.plus(pair._1, pair._2), PairCounter::plus);
      BestFollowers best =
          pairs.treeAggregate(
              new BestFollowers(model),
              (sum, pair) -> sum.add(everywhere.value(), pair._1, pair._2),
              BestFollowers::plus);
      Baselines scores =
          new Baselines(unigram(marginals, requested), bigram(model, best, seen, requested));
      return new Result(scores, marginals.occurrences);
    } finally {
      keys.destroy();
      everywhere.destroy();
    }
  }

  private static PositionScore unigram(Marginals marginals, PairCounter requested) {
    double[] shares = BigramModel.addOne(marginals.occurrences);
    int predicted = BigramModel.argmax(shares);
    Sum sum = new Sum();
    requested.forEach(
        (key, times) -> {
          int truth = PairCounter.right(key);
          sum.add(times, shares[truth], predicted == truth);
        });
    return sum.score();
  }

  private static PositionScore bigram(
      BigramModel model, BestFollowers best, PairCounter seen, PairCounter requested) {
    Sum sum = new Sum();
    requested.forEach(
        (key, times) -> {
          int left = PairCounter.left(key);
          int truth = PairCounter.right(key);
          double probability = model.probability(left, truth, seen.count(key));
          sum.add(times, probability, best.after(left) == truth);
        });
    return sum.score();
  }

  private static final class Sum {
    private long positions;
    private double loss;
    private long correct;

    void add(long times, double probability, boolean isCorrect) {
      positions += times;
      loss -= times * Math.log(probability);
      correct += isCorrect ? times : 0;
    }

    PositionScore score() {
      return PositionScore.of(positions, loss, correct);
    }
  }
}
