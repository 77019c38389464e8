package org.palimpsest.evaluation;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.evaluation.bootstrap.DocumentCursor;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.training.config.WorkerResources;

/** The held-out blocks that an evaluation scores, evenly spread over the split. */
record HeldOut(CorpusSplit part, EvaluationSettings settings) implements Serializable {

  /** The distance between two scored blocks. */
  long stride() {
    return Math.max(1, (part.blocks() + settings.maxBlocks() - 1) / settings.maxBlocks());
  }

  /**
   * Runs a task once per worker. There are as many workers as run at once, each with at least one
   * batch.
   *
   * @param resources of a worker's task
   */
  <T> JavaRDD<T> perWorker(
      JavaSparkContext spark, WorkerResources resources, Function<Share, T> task) {
    long batches = (part.blocks() / stride() + settings.batchBlocks()) / settings.batchBlocks();
    int workers = resources.tasks(spark, batches);
    HeldOut heldOut = this;
    return resources
        .on(spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers))
        .mapPartitions(
            ranks -> List.of(task.call(new Share(heldOut, ranks.next(), workers))).iterator());
  }

  /** Takes a block and its corrupted example. */
  interface Visitor {
    void visit(EpochBlock block, DenoisingExample example);
  }

  /** The blocks of one worker. */
  record Share(HeldOut heldOut, int rank, int workers) {

    /** Corrupts one block after the other. Each example has its own buffer. */
    void forEach(Visitor visitor) {
      forEach(new DocumentCursor(), visitor);
    }

    /** The same; the cursor is at the block that is visited, and at last behind all blocks. */
    void forEach(DocumentCursor documents, Visitor visitor) {
      EvaluationSettings settings = heldOut.settings();
      Corruptor corruptor =
          settings.objective().corruptor(settings.vocabulary(), settings.blockSize());
      long index = heldOut.part().blocks() * rank / workers;
      try (BlockReader reader = heldOut.part().asStored(rank, workers)) {
        for (Iterator<EpochBlock> blocks = reader; blocks.hasNext(); index++) {
          EpochBlock block = blocks.next();
          documents.enter(block.block());
          if (index % heldOut.stride() == 0) {
            visitor.visit(
                block, corruptor.corrupt(block.block(), settings.seed(), EvaluationSettings.EPOCH));
          }
        }
      }
    }
  }
}
